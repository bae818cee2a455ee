package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1; 0 takes a free one")
	uploads := flag.String("uploads", "", "folder for the files uploaded; without it they are counted and thrown away")
	certificates := flag.String("certificates", "", "folder in which ca.pem is written, the authority to trust")
	flag.Parse()
	if err := run(*port, *uploads, *certificates); err != nil {
		fmt.Fprintf(os.Stderr, "service: %v\n", err)
		os.Exit(1)
	}
}

func run(port int, uploads, certificates string) error {
	if certificates == "" {
		return errors.New("--certificates is required")
	}
	events := newEvents(os.Stdout)
	authority, err := newAuthority(certificates)
	if err != nil {
		return err
	}
	service := newService(events, uploads)
	platform := newPlatform(service, authority)
	if err := platform.listen(port); err != nil {
		return err
	}
	identity, err := service.identities.add("toy", platform.port)
	if err != nil {
		return err
	}
	events.tell("ready", fields{
		"port": platform.port, "ca": authority.file,
		"clientId": identity.clientID, "clientSecret": identity.secret,
	})
	return obey(os.Stdin, platform)
}
