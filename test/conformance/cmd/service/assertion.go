package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// assertionLife is how long an assertion may be valid, and how wrong a clock may be.
	assertionLife = 2 * time.Minute
	// leeway allows for whole seconds and slow requests.
	leeway = 5 * time.Second
)

// verify judges a token request as the platform would and returns the client it is from.
func (i *identities) verify(form url.Values, now time.Time) (clientID string, seen fields, err error) {
	seen = fields{}
	for name, want := range map[string]string{
		"grant_type": "client_credentials", "client_assertion_type": assertionType,
	} {
		if got := form[name]; len(got) != 1 || got[0] != want {
			return "", seen, fmt.Errorf("%s is %q", name, got)
		}
	}
	for _, name := range []string{"client_id", "client_assertion"} {
		if len(form[name]) != 1 {
			return "", seen, fmt.Errorf("%s is there %d times", name, len(form[name]))
		}
	}
	if form.Has("client_secret") {
		return "", seen, errors.New("client_secret is sent")
	}
	clientID = form.Get("client_id")
	i.mu.Lock()
	defer i.mu.Unlock()
	known := i.known[clientID]
	if known == nil {
		return "", seen, errors.New("client_id is not known")
	}
	claims, header, err := known.open(form.Get("client_assertion"))
	if err != nil {
		return "", seen, err
	}
	seen["header"] = fields{"alg": header.Algorithm, "nonce": header.Nonce, "kid": header.KeyID, "typ": header.ExtraHeaders["typ"]}
	seen["claims"] = claims
	if header.Nonce == "" {
		return "", seen, errors.New("nonce is missing")
	}
	if err := checkClaims(claims, known, now); err != nil {
		return "", seen, err
	}
	if i.nonces[header.Nonce] {
		return "", seen, errors.New("nonce was used before")
	}
	i.nonces[header.Nonce] = true
	return clientID, seen, nil
}

func (i *identity) open(assertion string) (claims jwt.Claims, header jose.Header, err error) {
	token, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return claims, header, fmt.Errorf("assertion: %w", err)
	}
	for _, key := range i.keys {
		if err = token.Claims(key, &claims); err == nil {
			return claims, token.Headers[0], nil
		}
	}
	return claims, header, fmt.Errorf("signature: %w", err)
}

func checkClaims(claims jwt.Claims, known *identity, now time.Time) error {
	switch {
	case claims.Issuer != known.clientID:
		return fmt.Errorf("iss is %q", claims.Issuer)
	case claims.Subject != known.clientID:
		return fmt.Errorf("sub is %q", claims.Subject)
	case len(claims.Audience) != 1 || claims.Audience[0] != known.audience:
		return fmt.Errorf("aud is %q", claims.Audience)
	case claims.Expiry == nil || claims.IssuedAt == nil || claims.NotBefore == nil:
		return errors.New("exp, iat or nbf is missing")
	}
	expiry, issued, notBefore := claims.Expiry.Time(), claims.IssuedAt.Time(), claims.NotBefore.Time()
	switch {
	case !now.Before(expiry):
		return fmt.Errorf("exp passed %s ago", now.Sub(expiry))
	case now.Add(leeway).Before(notBefore):
		return fmt.Errorf("nbf comes in %s", notBefore.Sub(now))
	case now.Add(assertionLife + leeway).Before(issued):
		return fmt.Errorf("iat is %s ahead", issued.Sub(now))
	case expiry.Sub(issued) > assertionLife+leeway:
		return fmt.Errorf("exp is %s after iat", expiry.Sub(issued))
	}
	return nil
}
