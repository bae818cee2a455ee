// Command decrypt reads what was encrypted for a key, with the code of the SDK and of age, and prints the plain text.
//
// In the file that is named: one JSON object with the private key ("jwk", or "identity" as AGE-SECRET-KEY-…) and the bytes in base64.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/crypto/providers/jwk"
	"github.com/go-jose/go-jose/v4"
)

type input struct {
	JWK      json.RawMessage `json:"jwk"`
	Identity string          `json:"identity"`
	Bytes    []byte          `json:"bytes"`
}

func main() {
	plain, err := decryptFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(plain)
}

func decryptFile(path string) ([]byte, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return decrypt(in)
}

func decrypt(in io.Reader) ([]byte, error) {
	var given input
	if err := json.NewDecoder(in).Decode(&given); err != nil {
		return nil, err
	}
	if given.Identity != "" {
		identity, err := age.ParseX25519Identity(given.Identity)
		if err != nil {
			return nil, err
		}
		out, err := age.Decrypt(bytes.NewReader(given.Bytes), identity)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(out)
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(given.JWK); err != nil {
		return nil, err
	}
	data := v2.EncryptedData_builder{EncryptedBytes: given.Bytes}.Build()
	found, err := (&jwk.JWKEncryptionProvider{}).Decrypt(context.Background(), data, &key)
	if err != nil {
		return nil, err
	}
	return found.GetBytes(), nil
}
