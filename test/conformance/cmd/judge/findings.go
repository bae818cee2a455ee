package main

import "fmt"

// findings collects contradictions. A file that is wrong everywhere is told by its first ones.
type findings struct {
	list []string
}

const findingsKept = 200

func (f *findings) add(format string, args ...any) {
	if len(f.list) < findingsKept {
		f.list = append(f.list, fmt.Sprintf(format, args...))
	}
}

func (f *findings) unequal(what string, said, counted int64) {
	if said != counted {
		f.add("%s: %d said, %d listed", what, said, counted)
	}
}
