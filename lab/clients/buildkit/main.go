// Command buildkit reads a buildkitd.toml with the daemon's own parser and prints where the daemon would look for images.
//
// usage: buildkit <registry>... < buildkitd.toml
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/cmd/buildkitd/config"
	"github.com/moby/buildkit/util/resolver"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	parsed, err := config.Load(os.Stdin)
	if err != nil {
		return err
	}
	hosts := resolver.NewRegistryConfig(parsed.Registries)
	asked := map[string][]string{}
	for _, registry := range os.Args[1:] {
		endpoints, err := hosts(registry)
		if err != nil {
			return err
		}
		for _, endpoint := range endpoints {
			asked[registry] = append(asked[registry], endpoint.Scheme+"://"+endpoint.Host+endpoint.Path)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(asked)
}
