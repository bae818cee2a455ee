package main

import (
	"encoding/binary"
	"net/http"
)

// exchange is the HTTP request under a call; its answer can be replaced.
type exchange struct {
	http.ResponseWriter
	connection *conn
	act        *faultAct
	discarded  http.Header
}

type exchangeKey struct{}

// tamper lets whatever is answered from now on be thrown away. It must be called before anything was.
func (x *exchange) tamper(act *faultAct) {
	x.act, x.discarded = act, http.Header{}
	if act.Action == "drop" {
		x.connection.cut()
	}
}

func (x *exchange) Header() http.Header {
	if x.act != nil {
		return x.discarded
	}
	return x.ResponseWriter.Header()
}

func (x *exchange) Write(b []byte) (int, error) {
	if x.act != nil {
		return len(b), nil
	}
	return x.ResponseWriter.Write(b)
}

func (x *exchange) WriteHeader(status int) {
	if x.act == nil {
		x.ResponseWriter.WriteHeader(status)
	}
}

func (x *exchange) Flush() {
	if x.act == nil {
		x.ResponseWriter.(http.Flusher).Flush()
	}
}

// end writes the answer that stands in for the real one.
func (x *exchange) end() {
	if x.act == nil {
		return
	}
	w := x.ResponseWriter
	switch x.act.Action {
	case "reset":
		panic(http.ErrAbortHandler)
	case "http":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(x.act.Status)
		_, _ = w.Write([]byte("<html><body><h1>Bad gateway</h1></body></html>"))
	case "html":
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html><body><h1>Please sign in to the network</h1></body></html>"))
	case "garbage":
		answerOK(w, []byte{0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff})
	case "empty":
		answerOK(w, nil)
	case "truncated":
		answerOK(w, []byte{0, 0, 0, 0, 100, 1, 2, 3})
	case "oversize":
		body := make([]byte, 5+5<<20)
		binary.BigEndian.PutUint32(body[1:], 5<<20)
		answerOK(w, body)
	}
}

// answerOK sends a body with the status of a call that went well.
func answerOK(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("Trailer", "Grpc-Status")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
	w.Header().Set("Grpc-Status", "0")
}
