// Runs the Pulumi program beside it in this process: <folder of the project> <project>. No language host is needed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

func main() {
	if err := deploy(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func deploy(ctx context.Context, folder, project string) error {
	stack, err := auto.SelectStackInlineSource(ctx, "test", project, program, auto.WorkDir(folder))
	if err != nil {
		return err
	}
	if _, err := stack.Preview(ctx); err != nil {
		return err
	}
	if _, err := stack.Up(ctx); err != nil {
		return err
	}
	second, err := stack.Up(ctx)
	if err != nil {
		return err
	}
	outputs := map[string]any{}
	for name, output := range second.Outputs {
		outputs[name] = output.Value
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"outputs": outputs,
		"second":  second.Summary.ResourceChanges,
	})
}
