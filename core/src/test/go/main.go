// Checks what Spoor signed and proved with Go's own implementation of notes and transparency logs.
// Reads lines: key VKEY | note BASE64 | record SIZE ROOT INDEX ENTRY HASH… | tree SIZE ROOT OLDER OLDER-ROOT HASH…
// (hashes and entries in base64) and says "good" for each, or fails with the first that does not hold.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return value
}

func bytes(text string) []byte { return must(base64.StdEncoding.DecodeString(text)) }

func number(text string) int64 { return must(strconv.ParseInt(text, 10, 64)) }

func hash(text string) (h tlog.Hash) {
	copy(h[:], bytes(text))
	return h
}

func hashes(texts []string) (all []tlog.Hash) {
	for _, text := range texts {
		all = append(all, hash(text))
	}
	return all
}

func main() {
	var verifier note.Verifier
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		w := strings.Fields(lines.Text())
		var err error
		switch w[0] {
		case "key":
			verifier = must(note.NewVerifier(w[1]))
		case "note":
			must(note.Open(bytes(w[1]), note.VerifierList(verifier)))
		case "record":
			err = tlog.CheckRecord(hashes(w[5:]), number(w[1]), hash(w[2]), number(w[3]), tlog.RecordHash(bytes(w[4])))
		case "tree":
			err = tlog.CheckTree(hashes(w[5:]), number(w[1]), hash(w[2]), number(w[3]), hash(w[4]))
		}
		must(0, err)
		fmt.Println("good")
	}
}
