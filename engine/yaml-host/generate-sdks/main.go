// Generates the package's SDKs from its schema: `generate-sdks SCHEMA FOLDER` writes FOLDER/go, FOLDER/nodejs and FOLDER/python.
//
// `pulumi package gen-sdk` does the same, with language hosts that cannot be built from Go modules.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The generator leaves out go.mod, because the SDKs of most packages are folders of a larger module.
const goModule = `module adx-private-link/sdks/go

go 1.24

require (
	github.com/blang/semver v3.5.1+incompatible
	github.com/pulumi/pulumi/sdk/v3 v3.224.0
)
`

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Usage: generate-sdks SCHEMA FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "Error: %v\n", err)
		os.Exit(1)
	}
}

func generate(schemaFile, folder string) error {
	pkg, err := bind(schemaFile)
	if err != nil {
		return err
	}
	const tool = "adx-private-link"
	node, err := nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
	if err != nil {
		return err
	}
	py, err := python.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return err
	}
	goFiles, err := golang.GeneratePackage(tool, pkg, nil)
	if err != nil {
		return err
	}
	goFiles["go.mod"] = []byte(goModule)
	for language, files := range map[string]map[string][]byte{"go": goFiles, "nodejs": node, "python": py} {
		for name, content := range files {
			file := filepath.Join(folder, language, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(file, content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func bind(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", schemaFile, err)
	}
	pkg, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return pkg, nil
}
