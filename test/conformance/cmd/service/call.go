package main

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// call is one RPC in progress.
type call struct {
	number   int
	rpc      string
	taskID   string
	exchange *exchange
	act      *faultAct
}

// before does what a fault wants done before a call is handled. An error ends the call unhandled.
func (s *service) before(ctx context.Context, c *call, bytes int64) error {
	if c.act == nil || c.act.When == "after" || bytes < c.act.AtBytes {
		return nil
	}
	act := c.act
	c.act = nil
	return s.perform(ctx, c, act)
}

// after does what a fault wants done to the answer of a call that was handled. An error means that the answer is lost.
func (s *service) after(ctx context.Context, c *call) error {
	if c.act == nil || c.act.When != "after" {
		return nil
	}
	act := c.act
	c.act = nil
	return s.perform(ctx, c, act)
}

func (s *service) perform(ctx context.Context, c *call, act *faultAct) error {
	s.events.tell("fault", fields{
		"fault": act.fault.number, "call": c.number, "rpc": c.rpc, "taskId": c.taskID, "action": act.Action, "when": act.When,
	})
	if act.DelayMs > 0 {
		select {
		case <-time.After(time.Duration(act.DelayMs) * time.Millisecond):
		case <-ctx.Done():
			return status.FromContextError(ctx.Err()).Err()
		}
	}
	switch act.Action {
	case "":
		return nil
	case "status":
		message := act.Message
		if message == "" {
			message = "scripted " + act.Code.String()
		}
		return status.Error(act.Code, message)
	case "hold":
		select {
		case <-act.fault.release:
			return nil
		case <-ctx.Done():
			return status.FromContextError(ctx.Err()).Err()
		}
	}
	c.exchange.tamper(act)
	return status.Error(codes.Aborted, "the answer is tampered with")
}
