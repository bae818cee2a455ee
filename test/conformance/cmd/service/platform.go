package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// platform is the one address of the platform: BatonService and the token endpoint behind the same TLS port.
type platform struct {
	service   *service
	authority *authority
	wire      *wire
	port      int

	mu     sync.Mutex
	server *http.Server
}

func newPlatform(service *service, authority *authority) *platform {
	return &platform{service: service, authority: authority, wire: newWire()}
}

type connKey struct{}

func (p *platform) listen(port int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return fmt.Errorf("listening already")
	}
	tcp, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	p.port = tcp.Addr().(*net.TCPAddr).Port
	server := &http.Server{
		Handler:           p,
		TLSConfig:         p.authority.config(),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(&connectionErrors{p.service.events}, "", 0),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c.(*tls.Conn).NetConn().(*conn))
		},
	}
	p.server = server
	go func() { _ = server.ServeTLS(&listener{tcp, p.wire}, "", "") }()
	return nil
}

// stop ends the listener. Gracefully, it says goodbye (GOAWAY) and waits for the calls in progress; else it cuts all connections.
func (p *platform) stop(gracefully bool) error {
	p.mu.Lock()
	server := p.server
	p.server = nil
	p.mu.Unlock()
	if server == nil {
		return fmt.Errorf("not listening")
	}
	if gracefully {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return server.Shutdown(ctx)
	}
	for _, c := range p.wire.open() {
		c.cut()
	}
	return server.Close()
}

// restart stops, and listens again on the same port after a while.
func (p *platform) restart(down time.Duration, gracefully bool) error {
	if err := p.stop(gracefully); err != nil {
		return err
	}
	time.AfterFunc(down, func() {
		if err := p.listen(p.port); err != nil {
			p.service.events.tell("connection-error", fields{"text": err.Error()})
			return
		}
		p.service.events.tell("listening", fields{"port": p.port})
	})
	return nil
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	connection := r.Context().Value(connKey{}).(*conn)
	switch {
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc"):
		p.service.serveCall(w, r, connection)
	case r.URL.Path == "/auth/v1/token":
		p.service.serveToken(w, r, connection)
	default:
		http.NotFound(w, r)
	}
}

// connectionErrors tells what the HTTP server logs, for example that a client did not like the certificate.
type connectionErrors struct{ events *events }

func (c *connectionErrors) Write(line []byte) (int, error) {
	c.events.tell("connection-error", fields{"text": strings.TrimSpace(string(line))})
	return len(line), nil
}
