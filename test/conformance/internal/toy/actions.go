package toy

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	v2 "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/actions"
	"github.com/conductorone/baton-sdk/pkg/annotations"
)

// GlobalActions are echo, which answers its arguments, fail, and slow, which outlasts the second that an invocation is waited for.
func (connector) GlobalActions(ctx context.Context, registry actions.ActionRegistry) error {
	handlers := map[string]actions.ActionHandler{
		"echo": func(_ context.Context, args *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
			return args, nil, nil
		},
		"fail": func(context.Context, *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
			return nil, nil, errors.New("the action fails")
		},
		"slow": func(ctx context.Context, args *structpb.Struct) (*structpb.Struct, annotations.Annotations, error) {
			return args, nil, wait(ctx, time.Minute)
		},
	}
	for name, handler := range handlers {
		schema := v2.BatonActionSchema_builder{Name: name, DisplayName: name}.Build()
		if err := registry.Register(ctx, schema, handler); err != nil {
			return err
		}
	}
	return nil
}
