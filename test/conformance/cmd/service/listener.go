package main

import (
	"net"
	"sync"
	"time"
)

// wire is what lies under TLS: connections that can be cut or fall silent.
type wire struct {
	mu    sync.Mutex
	conns map[*conn]bool
	// loud is closed while bytes flow.
	loud chan struct{}
}

func newWire() *wire {
	w := &wire{conns: map[*conn]bool{}, loud: make(chan struct{})}
	close(w.loud)
	return w
}

type conn struct {
	net.Conn
	wire   *wire
	once   sync.Once
	closed chan struct{}

	mu sync.Mutex
	// brokenAt is when this side cut the connection or fell silent.
	brokenAt time.Time
}

type listener struct {
	net.Listener
	wire *wire
}

func (l *listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: accepted, wire: l.wire, closed: make(chan struct{})}
	l.wire.mu.Lock()
	defer l.wire.mu.Unlock()
	l.wire.conns[c] = true
	return c, nil
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.awaitLoud()
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	c.awaitLoud()
	return c.Conn.Write(b)
}

func (c *conn) awaitLoud() {
	c.wire.mu.Lock()
	loud := c.wire.loud
	c.wire.mu.Unlock()
	select {
	case <-loud:
	case <-c.closed:
	}
}

func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	c.wire.mu.Lock()
	delete(c.wire.conns, c)
	c.wire.mu.Unlock()
	return c.Conn.Close()
}

// cut ends the connection without a farewell of TLS or HTTP.
func (c *conn) cut() {
	c.breakNow()
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func (c *conn) breakNow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.brokenAt.IsZero() {
		c.brokenAt = time.Now()
	}
}

// brokeSoonAfter says that an answer given at that time may not have arrived.
func (c *conn) brokeSoonAfter(answered time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.brokenAt.IsZero() && c.brokenAt.Before(answered.Add(time.Second))
}

func (w *wire) open() []*conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*conn
	for c := range w.conns {
		out = append(out, c)
	}
	return out
}

// silence lets all connections, also new ones, stay open without a byte either way, until called with false.
func (w *wire) silence(on bool) {
	for _, c := range w.open() {
		if on {
			c.breakNow()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.loud:
		if on {
			w.loud = make(chan struct{})
		}
	default:
		if !on {
			close(w.loud)
		}
	}
}
