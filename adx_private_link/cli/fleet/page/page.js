"use strict";
const form = document.getElementById("filters");
const body = document.querySelector("tbody");
const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));

function show() {
  const wanted = new FormData(form);
  const words = wanted.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = Array.from(form.querySelectorAll("select"), (select) => [select.name, select.value]).filter(([, value]) => value);
  let shown = 0;
  for (const { row, text } of rows) {
    const fits =
      words.every((word) => text.includes(word)) &&
      chosen.every(([name, value]) => row.dataset[name] === value) &&
      (!wanted.get("unwell") || "unwell" in row.dataset);
    row.hidden = !fits;
    shown += fits;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} rows`;
}

function sortBy(header) {
  const column = header.cellIndex;
  const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of header.parentElement.cells) other.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", direction);
  const order = new Intl.Collator("en", { numeric: true });
  const sign = direction === "ascending" ? 1 : -1;
  const value = ({ row }) => row.cells[column].firstChild.textContent.trim();
  rows.sort((one, other) => sign * order.compare(value(one), value(other)));
  body.append(...rows.map(({ row }) => row));
}

form.addEventListener("input", show);
form.addEventListener("reset", () => setTimeout(show));
form.addEventListener("submit", (event) => event.preventDefault());
for (const header of document.querySelectorAll("thead th")) {
  header.querySelector("button").addEventListener("click", () => sortBy(header));
}
addEventListener("beforeprint", () => rows.forEach(({ row }) => row.querySelector("details")?.setAttribute("open", "")));
show();
