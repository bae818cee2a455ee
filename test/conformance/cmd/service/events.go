package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

type fields map[string]any

// events writes one JSON document a line: what happened, and the answers to commands.
type events struct {
	mu      sync.Mutex
	out     *json.Encoder
	started time.Time
	number  int
	// only has the names that are told; nil tells all.
	only map[string]bool
}

func newEvents(out io.Writer) *events {
	return &events{out: json.NewEncoder(out), started: time.Now()}
}

// sinceStart is in milliseconds.
func (e *events) sinceStart() float64 {
	return float64(time.Since(e.started).Microseconds()) / 1000
}

func (e *events) tell(name string, about fields) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.only != nil && !e.only[name] {
		return
	}
	e.number++
	about["event"], about["number"], about["at"] = name, e.number, e.sinceStart()
	e.write(about)
}

func (e *events) wants(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.only == nil || e.only[name]
}

func (e *events) watch(names []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if names == nil {
		e.only = nil
		return
	}
	e.only = map[string]bool{}
	for _, name := range names {
		e.only[name] = true
	}
}

func (e *events) reply(id json.Number, about fields) {
	e.mu.Lock()
	defer e.mu.Unlock()
	about["reply"], about["number"] = id, e.number
	e.write(about)
}

// write ends the process when nobody reads any more: the test that started it is gone.
func (e *events) write(about fields) {
	if err := e.out.Encode(about); err != nil {
		fmt.Fprintf(os.Stderr, "service: %v\n", err)
		os.Exit(1)
	}
}

// readable is a message as protobuf JSON, or a text that says why it has none.
func readable(message proto.Message) any {
	text, err := protojson.Marshal(message)
	if err != nil {
		return err.Error()
	}
	return json.RawMessage(text)
}
