// Reads image references from standard input, one JSON string per line. For each it prints how
// github.com/distribution/reference reads it: a JSON line with domain, path, tag and digest, or null if it is refused.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	// go-digest accepts an algorithm only when the program has its hash: sha256, and sha384 with sha512.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

type answer struct {
	Domain string `json:"domain"`
	Path   string `json:"path"`
	Tag    string `json:"tag,omitempty"`
	Digest string `json:"digest,omitempty"`
}

func read(text string) *answer {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return nil
	}
	result := answer{Domain: reference.Domain(named), Path: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		result.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		result.Digest = digested.Digest().String()
	}
	return &result
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	for in.Scan() {
		var text string
		if err := json.Unmarshal(in.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := answers.Encode(read(text)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
