package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
	// The details a status may carry, so that they can be read.
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
)

// command is one line of the input; which fields count depends on Do.
type command struct {
	ID json.Number `json:"id"`
	Do string      `json:"do"`

	Tasks        []json.RawMessage `json:"tasks"`
	Copies       int               `json:"copies"`
	UnknownField int               `json:"unknownField"`
	TaskID       string            `json:"taskId"`
	pace
	LeaseMs    int           `json:"leaseMs"`
	Fault      *fault        `json:"fault"`
	Number     int           `json:"number"`
	PerSecond  int           `json:"perSecond"`
	Name       string        `json:"name"`
	ClientID   string        `json:"clientId"`
	PublicKey  string        `json:"publicKey"`
	KeepOld    bool          `json:"keepOld"`
	ExpiresMs  int           `json:"expiresInMs"`
	Answers    []tokenAnswer `json:"answers"`
	Forever    bool          `json:"forever"`
	AheadMs    int           `json:"aheadMs"`
	DownMs     int           `json:"downMs"`
	Gracefully bool          `json:"gracefully"`
	On         bool          `json:"on"`
	Events     []string      `json:"events"`
}

// obey carries out one command a line until the input ends.
func obey(in io.Reader, p *platform) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var wanted command
		err := json.Unmarshal(lines.Bytes(), &wanted)
		answer := fields{}
		if err == nil {
			answer, err = p.carryOut(&wanted)
		}
		if answer == nil {
			answer = fields{}
		}
		if err != nil {
			answer["error"] = err.Error()
		}
		p.service.events.reply(wanted.ID, answer)
	}
	return lines.Err()
}

func (p *platform) carryOut(c *command) (fields, error) {
	s := p.service
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	switch c.Do {
	case "enqueue":
		ids, err := s.enqueue(c)
		return fields{"ids": ids}, err
	case "cancel":
		return nil, s.book.cancel(c.TaskID)
	case "abandon":
		return nil, s.book.abandon(c.TaskID)
	case "pace":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pace = c.pace
		return nil, nil
	case "lease":
		s.book.mu.Lock()
		defer s.book.mu.Unlock()
		s.book.lease = ms(c.LeaseMs)
		return nil, nil
	case "fault":
		if c.Fault == nil {
			return nil, fmt.Errorf("fault is missing")
		}
		number, err := s.faults.add(c.Fault)
		return fields{"number": number}, err
	case "release":
		s.faults.clear(c.Number)
		return nil, nil
	case "limit":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.limit = c.PerSecond
		return nil, nil
	case "credentials":
		added, err := s.identities.add(c.Name, p.port)
		return fields{"clientId": added.clientID, "clientSecret": added.secret}, err
	case "accept":
		return nil, s.identities.accept(c.ClientID, c.PublicKey)
	case "revoke":
		return nil, s.identities.revoke(c.ClientID)
	case "rotate-key":
		secret, err := s.identities.rotate(c.ClientID, c.KeepOld)
		return fields{"clientSecret": secret}, err
	case "revoke-tokens":
		return fields{"revoked": s.identities.revokeTokens()}, nil
	case "token-life":
		s.identities.mu.Lock()
		defer s.identities.mu.Unlock()
		s.identities.lasting = ms(c.ExpiresMs)
		return nil, nil
	case "clock":
		s.identities.mu.Lock()
		defer s.identities.mu.Unlock()
		s.identities.ahead = ms(c.AheadMs)
		return nil, nil
	case "token-answers":
		s.identities.script(c.Answers, c.Forever)
		return nil, nil
	case "certificate":
		return nil, p.authority.show(c.Name)
	case "down":
		return nil, p.stop(c.Gracefully)
	case "up":
		return nil, p.listen(p.port)
	case "restart":
		return nil, p.restart(ms(c.DownMs), c.Gracefully)
	case "silence":
		p.wire.silence(c.On)
		return nil, nil
	case "watch":
		s.events.watch(c.Events)
		return nil, nil
	case "flush":
		return nil, nil
	case "mark":
		return s.markNow(c.Name), nil
	case "summary":
		return s.summary(), nil
	}
	return nil, fmt.Errorf("no command %q", c.Do)
}

func (s *service) enqueue(c *command) (ids []string, err error) {
	for range max(c.Copies, 1) {
		for _, text := range c.Tasks {
			message := &v1.Task{}
			if err := protojson.Unmarshal(text, message); err != nil {
				return ids, err
			}
			if c.UnknownField > 0 {
				message.ProtoReflect().SetUnknown(unknownMember(c.UnknownField))
			}
			id, err := s.book.enqueue(message)
			if err != nil {
				return ids, err
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// unknownMember is an empty message in a field that no program of today knows: a kind of task of the future.
func unknownMember(number int) []byte {
	tag := protowire.AppendTag(nil, protowire.Number(number), protowire.BytesType)
	return protowire.AppendBytes(tag, nil)
}
