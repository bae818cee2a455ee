#!/usr/bin/env bash
# Surprise: the message of an error from a Go server arrives empty in grpc-js, whole, where it begins or ends with a blank, as "refused: " with nothing behind it
# does. Blanks inside, tabs and line breaks arrive. Between two programs on grpc-js the same message arrives as well.
# Versions: google.golang.org/grpc v1.76.0, @grpc/grpc-js 1.14.7, Node 24.17.0 (from npm).
# Expected: the words that the server said. The HTTP/2 protocol of gRPC has grpc-message percent-encoded, where a blank is a plain character.
# Source: seen by running; Node's HTTP/2 does not hand over a header that begins or ends with a blank.
set -euo pipefail
work=$(mktemp -d); server=
trap '[ -z "$server" ] || kill "$server"; chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"; export GOPATH="$work/go"
cat > main.go <<'GO'
package main

import (
	"context"
	"net"
	"os"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func refuse(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	words := &wrapperspb.StringValue{}
	if err := decode(words); err != nil {
		return nil, err
	}
	return nil, status.Error(codes.NotFound, words.Value)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	_ = os.WriteFile("port.new", []byte(strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)), 0o600)
	_ = os.Rename("port.new", "port")
	server := grpc.NewServer()
	methods := []grpc.MethodDesc{{MethodName: "Refuse", Handler: refuse}}
	server.RegisterService(&grpc.ServiceDesc{ServiceName: "try.Try", HandlerType: (*any)(nil), Methods: methods}, nil)
	_ = server.Serve(listener)
}
GO
go mod init example.com/try >/dev/null 2>&1; go get google.golang.org/grpc@v1.76.0 >/dev/null 2>&1; go build -o server .
./server & server=$!
npm init -y >/dev/null; npm i --no-audit --no-fund --silent --save-exact @grpc/grpc-js@1.14.7 node@24.17.0 >/dev/null
cat > ask.mjs <<'JS'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js'
for (let tries = 0; tries < 100 && !existsSync('port'); tries++) await pause(50)
const bytes = (value) => value
const refuse = { path: '/try.Try/Refuse', requestStream: false, responseStream: false, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes }
const client = new (makeGenericClientConstructor({ refuse }, 'Try'))(`127.0.0.1:${readFileSync('port', 'utf8')}`, credentials.createInsecure())
const heard = (words) => new Promise((resolve) => {
  const text = Buffer.from(words)
  client.refuse(Buffer.concat([Buffer.from([10, text.length]), text]), (error) => resolve(JSON.stringify(error.details)))
})
console.log(await heard('not  there'), await heard('refused: '), await heard(' refused'), await heard('line\n'))
client.close()
JS
seen=$(./node_modules/.bin/node ask.mjs)
echo "a blank inside, at the end, at the start, and a line break at the end: $seen"
[ "$seen" = '"not  there" "" "" "line\n"' ] || { echo "CHANGED: expected the second and the third to be empty"; exit 1; }
