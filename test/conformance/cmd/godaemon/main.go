// Command godaemon is the official daemon: the SDK's own main program over a toy connector. With --client-id and
// --client-secret (or their variables) it runs in service mode; it starts itself again as `_connector-service`.
//
//	BATON_C1_API_HOST=127.0.0.1:PORT SSL_CERT_FILE=ca.pem godaemon --client-id … --client-secret … --provisioning
package main

import (
	"context"
	"time"

	"github.com/spf13/viper"

	"github.com/conductorone/baton-sdk/pkg/cli"
	"github.com/conductorone/baton-sdk/pkg/config"
	"github.com/conductorone/baton-sdk/pkg/connectorbuilder"
	"github.com/conductorone/baton-sdk/pkg/field"

	"github.com/twingate/baton-twingate/test/conformance/internal/toy"
)

var (
	pageDelay   = field.IntField("page-delay", field.WithDescription("milliseconds waited before each page of a sync"))
	changeDelay = field.IntField("change-delay", field.WithDescription("milliseconds waited before each change"))
)

func main() {
	config.RunConnector(context.Background(), "godaemon", "v0.0.1", field.NewConfiguration([]field.SchemaField{pageDelay, changeDelay}), connect)
}

func connect(_ context.Context, settings *viper.Viper, _ *cli.ConnectorOpts) (connectorbuilder.ConnectorBuilderV2, []connectorbuilder.Opt, error) {
	milliseconds := func(of field.SchemaField) time.Duration {
		return time.Duration(settings.GetInt(of.FieldName)) * time.Millisecond
	}
	return toy.New(toy.Delays{Page: milliseconds(pageDelay), Change: milliseconds(changeDelay)}), nil, nil
}
