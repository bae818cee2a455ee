package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// authority makes the certificates: a good one, and each kind of bad one.
type authority struct {
	// file is the PEM of the authority to trust.
	file string

	mu           sync.Mutex
	certificates map[string]*tls.Certificate
	shown        string
}

type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(dir string) (*authority, error) {
	trusted, err := newIssuer("Test authority")
	if err != nil {
		return nil, err
	}
	stranger, err := newIssuer("Test authority")
	if err != nil {
		return nil, err
	}
	a := &authority{file: filepath.Join(dir, "ca.pem"), certificates: map[string]*tls.Certificate{}, shown: "good"}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted.certificate.Raw})
	if err := os.WriteFile(a.file, block, 0o600); err != nil {
		return nil, err
	}
	year, now := 365*24*time.Hour, time.Now()
	for _, wanted := range []struct {
		name, host string
		by         *issuer
		until      time.Time
	}{
		{"good", "localhost", trusted, now.Add(year)},
		{"untrusted", "localhost", stranger, now.Add(year)},
		{"wrong-name", "elsewhere.example", trusted, now.Add(year)},
		{"expired", "localhost", trusted, now.Add(-time.Hour)},
	} {
		if a.certificates[wanted.name], err = wanted.by.issue(wanted.host, wanted.until); err != nil {
			return nil, err
		}
	}
	a.certificates["old-tls"] = a.certificates["good"]
	return a, nil
}

// show chooses the certificate of connections to come.
func (a *authority) show(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.certificates[name] == nil {
		return fmt.Errorf("no certificate %q", name)
	}
	a.shown = name
	return nil
}

func (a *authority) config() *tls.Config {
	base := &tls.Config{NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}
	base.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		chosen := base.Clone()
		chosen.GetConfigForClient = nil
		chosen.Certificates = []tls.Certificate{*a.certificates[a.shown]}
		if a.shown == "old-tls" {
			chosen.MinVersion, chosen.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		}
		return chosen, nil
	}
	return base
}

func newIssuer(name string) (*issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * 365 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &issuer{certificate, key}, err
}

func (i *issuer) issue(host string, until time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host},
		NotBefore: until.Add(-2 * 24 * 365 * time.Hour), NotAfter: until,
		DNSNames: []string{host}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if host == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, i.certificate, &key.PublicKey, i.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
