// Reads an environment of Pulumi ESC, evaluates it with Pulumi's own evaluator, and writes the stack config that it sets,
// as {path, value, secret}.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pulumi/esc"
	"github.com/pulumi/esc/eval"
)

type setting struct {
	Path   string `json:"path"`
	Value  string `json:"value"`
	Secret bool   `json:"secret"`
}

// none stands for providers and other environments. The definition needs none of them.
type none struct{}

var errNone = errors.New("only values and secrets are evaluated here")

func (none) LoadProvider(context.Context, string) (esc.Provider, error) { return nil, errNone }
func (none) LoadRotator(context.Context, string) (esc.Rotator, error)   { return nil, errNone }
func (none) LoadEnvironment(context.Context, string) ([]byte, eval.Decrypter, error) {
	return nil, nil, errNone
}

func main() {
	settings, err := evaluate(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(settings)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func evaluate(definition io.Reader) ([]setting, error) {
	declared, diagnostics, err := eval.LoadYAML("environment", definition)
	if err != nil || diagnostics.HasErrors() {
		return nil, errors.Join(err, diagnostics)
	}
	variables, err := esc.NewExecContext(map[string]esc.Value{})
	if err != nil {
		return nil, err
	}
	environment, diagnostics := eval.EvalEnvironment(
		context.Background(), "environment", declared, nil, none{}, none{}, variables)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return settingsOf("", environment.Properties["pulumiConfig"]), nil
}

func settingsOf(path string, value esc.Value) []setting {
	object, ok := value.Value.(map[string]esc.Value)
	if !ok {
		return []setting{{path, fmt.Sprint(value.Value), value.Secret}}
	}
	var found []setting
	for name, inner := range object {
		at := name
		if path != "" {
			at = path + "." + name
		}
		found = append(found, settingsOf(at, inner)...)
	}
	return found
}
