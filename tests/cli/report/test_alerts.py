"""Alerts and diagnostic settings in a report: no risk, and an alert that ends is in the sentence."""

from __future__ import annotations

from adx_private_link.naming.logical import alert_name

from .previews import FakePreview
from .reports import reported, risks

ALERT = "azure-native:monitor:MetricAlert"
DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"


def test_a_new_alert_is_no_risk() -> None:
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    preview.step(ALERT, alert_name("adx.engine"), None, {}, parent=services)
    preview.step(DIAGNOSTICS, "adx.diagnostics", None, {}, parent=cluster)
    assert risks(preview) == {}
    assert reported(preview).sentence == "No access changes; 2 resources change."
    assert "create MetricAlert adx.engine.alert" in reported(preview).operations


def test_an_alert_that_ends_is_in_the_sentence() -> None:
    """Otherwise a list of operations would be the only sign that nothing watches the service any more."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.step(ALERT, alert_name("adx.engine"), {}, None, parent=services)
    assert risks(preview) == {}
    assert reported(preview).sentence == "No access changes; 1 alert ends; 1 resource changes."


def test_an_alert_that_ends_with_its_object_is_not() -> None:
    """The sentence says already that the service goes."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, None)
    preview.step(ALERT, alert_name("adx.engine"), {}, None, parent=services)
    assert "service-removed" in risks(preview)
    assert "alert" not in reported(preview).sentence


def test_alerts_follow_a_renamed_consumer() -> None:
    """A renamed key is one change of the report, and not alerts that come and go."""
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    subnet = {"subnet": {"id": "/subscriptions/s/resourceGroups/g"}}
    for key, before, after in (("old", subnet, None), ("new", None, subnet)):
        consumer = preview.consumer(key, parent=cluster, before=before is not None, after=after is not None)
        preview.endpoint(consumer, before, after)
        preview.step(ALERT, alert_name(f"adx.{key}.engine"), before and {}, after and {}, parent=consumer)
    assert "alert" not in reported(preview).sentence
