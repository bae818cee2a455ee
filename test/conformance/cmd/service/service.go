package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// service is BatonService with a memory of what its clients did, and the will to disturb them.
type service struct {
	v1.UnimplementedBatonServiceServer
	events     *events
	book       *book
	faults     *faults
	identities *identities
	uploads    string
	grpc       *grpc.Server

	mu       sync.Mutex
	pace     pace
	calls    int
	counts   map[string]int
	limit    int
	second   int64
	inSecond int
	greeted  bool
	broken   int
	marked   mark
}

func newService(events *events, uploads string) *service {
	s := &service{
		events: events, book: newBook(), faults: &faults{}, identities: newIdentities(), uploads: uploads,
		pace: defaultPace(), counts: map[string]int{},
	}
	s.marked = s.mark("start")
	s.grpc = grpc.NewServer(grpc.UnaryInterceptor(s.unary))
	v1.RegisterBatonServiceServer(s.grpc, s)
	return s
}

func (s *service) serveCall(w http.ResponseWriter, r *http.Request, connection *conn) {
	if !strings.HasPrefix(r.URL.Path, "/"+v1.BatonService_ServiceDesc.ServiceName+"/") {
		s.violation("unknown-rpc", r.URL.Path, "", "")
	}
	if r.UserAgent() == "" {
		s.violation("missing-user-agent", "the header is not there", r.URL.Path, "")
	}
	x := &exchange{ResponseWriter: w, connection: connection}
	s.grpc.ServeHTTP(x, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	x.end()
}

func (s *service) count(rpc string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[rpc]++
	s.calls++
	return s.calls
}

func (s *service) violation(rule, text, rpc, taskID string) {
	s.mu.Lock()
	s.broken++
	s.mu.Unlock()
	s.events.tell("violation", fields{"rule": rule, "text": text, "rpc": rpc, "taskId": taskID})
}

// begin notes that a call came in, and which fault awaits it.
func (s *service) begin(ctx context.Context, rpc, taskID string, request proto.Message) *call {
	c := &call{number: s.count(rpc), rpc: rpc, taskID: taskID, exchange: ctx.Value(exchangeKey{}).(*exchange)}
	c.act = s.faults.strike(rpc, taskID, s.book.kind(taskID))
	if s.events.wants("rpc") {
		agent := strings.Join(metadata.ValueFromIncomingContext(ctx, "user-agent"), ", ")
		_, deadline := ctx.Deadline()
		s.events.tell("rpc", fields{
			"call": c.number, "rpc": rpc, "taskId": taskID, "request": readable(request), "userAgent": agent, "deadline": deadline,
		})
	}
	return c
}

func (s *service) end(c *call, err error) {
	if s.events.wants("answer") {
		s.events.tell("answer", fields{
			"call": c.number, "rpc": c.rpc, "taskId": c.taskID, "code": status.Code(err), "tampered": c.exchange.act != nil,
		})
	}
}

func (s *service) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	rpc := info.FullMethod[strings.LastIndex(info.FullMethod, "/")+1:]
	taskID := ""
	if named, ok := request.(interface{ GetTaskId() string }); ok {
		taskID = named.GetTaskId()
	}
	c := s.begin(ctx, rpc, taskID, request.(proto.Message))
	answer, err := s.answer(ctx, c, request, handle)
	if err == nil && (rpc == "FinishTask" || rpc == "Hello" && taskID != "") {
		s.acknowledge(c)
	}
	s.end(c, err)
	return answer, err
}

func (s *service) answer(ctx context.Context, c *call, request any, handle grpc.UnaryHandler) (any, error) {
	if err := s.before(ctx, c, 0); err != nil {
		return nil, err
	}
	if err := s.admit(ctx, c); err != nil {
		return nil, err
	}
	if err := s.validate(c, request); err != nil {
		return nil, err
	}
	answer, err := handle(ctx, request)
	if err != nil {
		return nil, err
	}
	if err := s.after(ctx, c); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	return answer, nil
}

// acknowledge notes that a client has got the answer that ends a task.
func (s *service) acknowledge(c *call) {
	outcome, drained := s.book.acknowledge(c.taskID, c.exchange.connection)
	if outcome != nil {
		s.events.tell("finished", outcome)
	}
	if drained {
		s.events.tell("drained", fields{})
	}
}

// admit checks who calls, and how often.
func (s *service) admit(ctx context.Context, c *call) error {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		s.violation("authorization", "the header is there "+plural(len(values)), c.rpc, c.taskID)
		return status.Error(codes.Unauthenticated, "one authorization header is needed")
	}
	token, isBearer := strings.CutPrefix(values[0], "Bearer ")
	if !isBearer {
		s.violation("authorization", "the header is not of the type Bearer", c.rpc, c.taskID)
		return status.Error(codes.Unauthenticated, "a bearer token is needed")
	}
	if refused := s.identities.refuses(token); refused != "" {
		return status.Error(codes.Unauthenticated, refused)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if second := time.Now().Unix(); second != s.second {
		s.second, s.inSecond = second, 0
	}
	s.inSecond++
	if s.limit > 0 && s.inSecond > s.limit {
		return status.Error(codes.ResourceExhausted, "too many calls in this second")
	}
	return nil
}

func plural(n int) string {
	if n == 0 {
		return "not once"
	}
	return "more than once"
}

// validate lets the SDK's own rules of fields judge a request.
func (s *service) validate(c *call, request any) error {
	if err := request.(interface{ ValidateAll() error }).ValidateAll(); err != nil {
		s.violation("field", err.Error(), c.rpc, c.taskID)
		return status.Error(codes.InvalidArgument, err.Error())
	}
	return nil
}

func writeJSON(w http.ResponseWriter, about fields) { _ = json.NewEncoder(w).Encode(about) }
