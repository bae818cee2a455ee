package main

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	v1 "github.com/conductorone/baton-sdk/pb/c1/connectorapi/baton/v1"
)

// responses names the message that ends a task of a kind with success; the other kinds have none.
var responses = map[string]string{
	"grant":               "c1.connector.v2.GrantManagerServiceGrantResponse",
	"revoke":              "c1.connector.v2.GrantManagerServiceRevokeResponse",
	"create_account":      "c1.connector.v2.CreateAccountResponse",
	"create_resource":     "c1.connector.v2.CreateResourceResponse",
	"delete_resource":     "c1.connector.v2.DeleteResourceResponse",
	"rotate_credentials":  "c1.connector.v2.RotateCredentialResponse",
	"issue_credential":    "c1.connector.v2.IssueCredentialResponse",
	"create_ticket_task":  "c1.connector.v2.TicketsServiceCreateTicketResponse",
	"list_ticket_schemas": "c1.connector.v2.TicketsServiceListTicketSchemasResponse",
	"get_ticket":          "c1.connector.v2.TicketsServiceGetTicketResponse",
	"bulk_create_tickets": "c1.connector.v2.TicketsServiceBulkCreateTicketsResponse",
	"bulk_get_tickets":    "c1.connector.v2.TicketsServiceBulkGetTicketsResponse",
	"action_list_schemas": "c1.connector.v2.ListActionSchemasResponse",
	"action_get_schema":   "c1.connector.v2.GetActionSchemaResponse",
	"action_invoke":       "c1.connector.v2.InvokeActionResponse",
	"action_status":       "c1.connector.v2.GetActionStatusResponse",
	"list_event_feeds":    "c1.connector.v2.ListEventFeedsResponse",
	"list_events":         "c1.connector.v2.ListEventsResponse",
}

// brokenByFinish judges a FinishTask by itself and by what its task was.
func brokenByFinish(t *task, request *v1.BatonServiceFinishTaskRequest) (rules []string) {
	if request.HasError() {
		if request.GetStatus().GetCode() == 0 || request.GetStatus().GetMessage() == "" {
			rules = append(rules, "finish-error-without-status")
		}
		for _, detail := range request.GetStatus().GetDetails() {
			rules = append(rules, unreadable(detail)...)
		}
		return rules
	}
	if request.HasStatus() {
		rules = append(rules, "finish-success-with-status")
	}
	if t.kind == "sync_full" && t.uploads == 0 {
		rules = append(rules, "finish-without-upload")
	}
	response := request.GetSuccess().GetResponse()
	name := strings.TrimPrefix(response.GetTypeUrl(), "type.googleapis.com/")
	if name != responses[t.kind] {
		rules = append(rules, "finish-response-type")
	}
	if response != nil {
		rules = append(rules, unreadable(response)...)
	}
	for _, annotation := range request.GetSuccess().GetAnnotations() {
		rules = append(rules, unreadable(annotation)...)
	}
	return rules
}

// unreadable says whether an Any is of no type the SDK has, does not decode, or breaks a rule of its fields.
func unreadable(packed *anypb.Any) []string {
	message, err := packed.UnmarshalNew()
	if err != nil || packed.GetTypeUrl() != "type.googleapis.com/"+string(proto.MessageName(message)) {
		return []string{"unreadable-any"}
	}
	if valid, ok := message.(interface{ ValidateAll() error }); ok && valid.ValidateAll() != nil {
		return []string{"invalid-any"}
	}
	return nil
}
