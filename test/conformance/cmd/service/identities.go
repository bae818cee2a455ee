package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// identities are the service principals the platform knows, and the access tokens it gave them.
type identities struct {
	mu      sync.Mutex
	known   map[string]*identity
	tokens  map[string]*accessToken
	nonces  map[string]bool
	lasting time.Duration
	answers []tokenAnswer
	forever bool
	// ahead is how far the platform's clock is ahead of this machine's.
	ahead time.Duration
}

type identity struct {
	clientID string
	secret   string
	// audience is the host of the client id, without a port.
	audience string
	keys     []ed25519.PublicKey
}

type accessToken struct {
	clientID string
	expires  time.Time
	revoked  bool
}

func newIdentities() *identities {
	return &identities{
		known: map[string]*identity{}, tokens: map[string]*accessToken{}, nonces: map[string]bool{}, lasting: time.Hour,
	}
}

func (i *identities) add(name string, port int) (identity, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	added := &identity{clientID: fmt.Sprintf("%s@localhost:%d/spc", name, port), audience: "localhost"}
	if err := added.newKey(false); err != nil {
		return identity{}, err
	}
	i.known[added.clientID] = added
	return *added, nil
}

// accept lets in a client that was made elsewhere, by the public half of its key as a JWK has it: base64url of the 32 bytes.
func (i *identities) accept(clientID, publicKey string) error {
	_, behind, _ := strings.Cut(clientID, "@")
	address, err := url.Parse("https://" + behind)
	if err != nil || address.Hostname() == "" {
		return fmt.Errorf("client id %q names no host", clientID)
	}
	key, err := base64.RawURLEncoding.DecodeString(publicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return fmt.Errorf("the public key of %q is not one of Ed25519", clientID)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known[clientID] != nil {
		return fmt.Errorf("client %q is there already", clientID)
	}
	i.known[clientID] = &identity{clientID: clientID, audience: address.Hostname(), keys: []ed25519.PublicKey{key}}
	return nil
}

// revoke ends a client: what it signs and the tokens it has are refused from now on.
func (i *identities) revoke(clientID string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known[clientID] == nil {
		return fmt.Errorf("no client %q", clientID)
	}
	delete(i.known, clientID)
	for _, token := range i.tokens {
		if token.clientID == clientID {
			token.revoked = true
		}
	}
	return nil
}

// rotate gives a client a new secret; the old one is refused from now on unless it is kept.
func (i *identities) rotate(clientID string, keepOld bool) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	found := i.known[clientID]
	if found == nil {
		return "", fmt.Errorf("no client %q", clientID)
	}
	err := found.newKey(keepOld)
	return found.secret, err
}

func (i *identity) newKey(keepOld bool) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	encode := base64.RawURLEncoding.EncodeToString
	jwk, err := json.Marshal(map[string]string{
		"kty": "OKP", "crv": "Ed25519", "x": encode(public), "d": encode(private.Seed()),
	})
	if err != nil {
		return err
	}
	if !keepOld {
		i.keys = nil
	}
	i.keys = append(i.keys, public)
	i.secret = "secret-token:conductorone.com:v1:" + encode(jwk)
	return nil
}

func (i *identities) issue(clientID string) (token string, lasting time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	random := make([]byte, 24)
	_, _ = rand.Read(random)
	token = "token-" + hex.EncodeToString(random)
	i.tokens[token] = &accessToken{clientID: clientID, expires: time.Now().Add(i.lasting)}
	return token, i.lasting
}

func (i *identities) revokeTokens() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	count := 0
	for _, token := range i.tokens {
		if !token.revoked && time.Now().Before(token.expires) {
			count++
		}
		token.revoked = true
	}
	return count
}

// refuses says why a token is not honoured, or nothing.
func (i *identities) refuses(token string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	found := i.tokens[token]
	switch {
	case found == nil:
		return "unknown token"
	case found.revoked:
		return "token revoked"
	case !time.Now().Before(found.expires):
		return "token expired"
	}
	return ""
}
