package main

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// pace is what the service asks of its clients, in milliseconds; nil leaves the field out.
type pace struct {
	IdlePollMs      *int `json:"idlePollMs"`
	BusyPollMs      *int `json:"busyPollMs"`
	NextHeartbeatMs *int `json:"nextHeartbeatMs"`
}

func defaultPace() pace {
	idle, busy, beat := 100, 0, 1000
	return pace{&idle, &busy, &beat}
}

func duration(ms *int) *durationpb.Duration {
	if ms == nil {
		return nil
	}
	return durationpb.New(time.Duration(*ms) * time.Millisecond)
}

func (s *service) Hello(_ context.Context, request *v1.BatonServiceHelloRequest) (*v1.BatonServiceHelloResponse, error) {
	host, build := request.GetOsInfo(), request.GetBuildInfo()
	var empty []string
	for name, value := range map[string]string{
		"os_info.hostname": host.GetHostname(), "os_info.os": host.GetOs(), "os_info.platform": host.GetPlatform(),
		"os_info.platform_version": host.GetPlatformVersion(), "os_info.platform_family": host.GetPlatformFamily(),
		"os_info.kernel_version": host.GetKernelVersion(), "os_info.kernel_arch": host.GetKernelArch(),
		"os_info.virtualization_system": host.GetVirtualizationSystem(), "build_info.lang_version": build.GetLangVersion(),
		"build_info.package": build.GetPackage(), "build_info.package_version": build.GetPackageVersion(),
	} {
		if value == "" {
			empty = append(empty, name)
		}
	}
	if len(empty) > 0 {
		text := "empty: " + strings.Join(empty, ", ")
		s.violation("hello-empty-field", text, "Hello", request.GetTaskId())
		return nil, status.Error(codes.InvalidArgument, text)
	}
	s.mu.Lock()
	s.greeted = true
	s.mu.Unlock()
	return &v1.BatonServiceHelloResponse{}, nil
}

func (s *service) GetTask(context.Context, *v1.BatonServiceGetTaskRequest) (*v1.BatonServiceGetTaskResponse, error) {
	given := s.hand("GetTask", 1, nil)
	answer := v1.BatonServiceGetTaskResponse_builder{NextHeartbeat: duration(s.currentPace().NextHeartbeatMs), NextPoll: s.nextPoll(given)}
	if len(given) > 0 {
		answer.Task = given[0]
	}
	return answer.Build(), nil
}

func (s *service) GetTasks(_ context.Context, request *v1.BatonServiceGetTasksRequest) (*v1.BatonServiceGetTasksResponse, error) {
	given := s.hand("GetTasks", int(request.GetPageSize()), request.GetKnownTaskIds())
	return v1.BatonServiceGetTasksResponse_builder{
		Tasks: given, NextHeartbeat: duration(s.currentPace().NextHeartbeatMs), NextPoll: s.nextPoll(given),
	}.Build(), nil
}

func (s *service) currentPace() pace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pace
}

func (s *service) nextPoll(given []*v1.Task) *durationpb.Duration {
	current := s.currentPace()
	if len(given) > 0 || s.book.waiting() {
		return duration(current.BusyPollMs)
	}
	return duration(current.IdlePollMs)
}

func (s *service) hand(rpc string, most int, known []string) []*v1.Task {
	s.mu.Lock()
	greeted := s.greeted
	s.mu.Unlock()
	if !greeted {
		s.violation("poll-before-hello", "no Hello was accepted", rpc, "")
	}
	var out []*v1.Task
	for _, given := range s.book.hand(most, known, time.Now()) {
		out = append(out, given.message)
		s.events.tell("handed", fields{"taskId": given.message.GetId(), "kind": given.kind, "times": given.handed})
	}
	return out
}

func (s *service) Heartbeat(_ context.Context, request *v1.BatonServiceHeartbeatRequest) (*v1.BatonServiceHeartbeatResponse, error) {
	cancelled, rule := s.book.heartbeat(request.GetTaskId(), time.Now())
	if rule != "" {
		s.violation(rule, "the beat is for a task that does not run", "Heartbeat", request.GetTaskId())
	}
	if rule == "heartbeat-unknown-task" {
		return nil, status.Error(codes.NotFound, "unknown task")
	}
	return v1.BatonServiceHeartbeatResponse_builder{
		NextHeartbeat: duration(s.currentPace().NextHeartbeatMs), Cancelled: cancelled,
	}.Build(), nil
}

func (s *service) FinishTask(_ context.Context, request *v1.BatonServiceFinishTaskRequest) (*v1.BatonServiceFinishTaskResponse, error) {
	repeat, rules, err := s.book.finish(request)
	for _, rule := range rules {
		s.violation(rule, "kind "+s.book.kind(request.GetTaskId()), "FinishTask", request.GetTaskId())
	}
	if err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	about := outcomeOf(request)
	about["taskId"], about["kind"], about["repeat"] = request.GetTaskId(), s.book.kind(request.GetTaskId()), repeat
	s.events.tell("finish", about)
	return &v1.BatonServiceFinishTaskResponse{}, nil
}

// outcomeOf is a FinishTask in short.
func outcomeOf(request *v1.BatonServiceFinishTaskRequest) fields {
	if !request.HasError() {
		return fields{"outcome": "success"}
	}
	outcome := "retryable"
	if request.GetError().GetNonRetryable() {
		outcome = "failed"
	}
	return fields{"outcome": outcome, "code": request.GetStatus().GetCode(), "message": request.GetStatus().GetMessage()}
}
