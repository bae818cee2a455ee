mock_provider "kubernetes" {}

variables {
  namespace        = "baton-twingate"
  image            = "registry.example/baton-twingate:1.0.0"
  twingate_network = "acme"
  client_id        = "name@acme.conductor.one/ccc"
  client_secret    = "secret-token:conductorone.com:v1:abc"
  twingate_api_key = "key"
}

run "a_pod_without_rights" {
  assert {
    condition = alltrue([
      kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].automount_service_account_token == false,
      kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].security_context[0].run_as_non_root,
      kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].container[0].security_context[0].read_only_root_filesystem,
      kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].container[0].security_context[0].allow_privilege_escalation == false,
      kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].container[0].security_context[0].capabilities[0].drop == tolist(["ALL"]),
    ])
    error_message = "the pod has no token, no root, no writable root file system and no capabilities"
  }
  assert {
    condition     = kubernetes_network_policy_v1.connector[0].spec[0].policy_types == tolist(["Ingress", "Egress"]) && length(kubernetes_network_policy_v1.connector[0].spec[0].ingress) == 0
    error_message = "nothing comes in"
  }
  assert {
    condition     = { for one in kubernetes_deployment_v1.connector.spec[0].template[0].spec[0].container[0].env : one.name => one.value }["BATON_CLIENT_SECRET_FILE"] == "/run/secrets/conductorone/client-secret"
    error_message = "secrets come as files"
  }
}

run "a_secret_for_each_credential" {
  variables {
    client_id = "other@acme.conductor.one/ccc"
  }
  assert {
    condition     = output.client_secret_name == "baton-twingate-${substr(sha256("other@acme.conductor.one/ccc"), 0, 8)}"
    error_message = "the name of the Secret follows from the client id"
  }
}

run "a_secret_made_elsewhere" {
  command = plan
  variables {
    existing_secret_name = "from-the-vault"
    client_secret        = null
    twingate_api_key     = null
  }
  state_key = "existing"
  assert {
    condition     = length(kubernetes_secret_v1.client_secret) == 0 && length(kubernetes_secret_v1.twingate_api_key) == 0 && output.client_secret_name == "from-the-vault"
    error_message = "no Secret is made, and the given one is used"
  }
}

run "no_network_policy" {
  variables {
    network_policy = false
  }
  assert {
    condition     = length(kubernetes_network_policy_v1.connector) == 0
    error_message = "the policy can be left out"
  }
}

run "a_digest_is_a_version" {
  command = plan
  variables {
    image = "registry.example:5000/baton-twingate@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
}

run "the_latest_image_is_refused" {
  command = plan
  variables {
    image = "registry.example/baton-twingate:latest"
  }
  expect_failures = [var.image]
}

run "an_image_without_a_tag_is_refused" {
  command = plan
  variables {
    image = "registry.example:5000/baton-twingate"
  }
  expect_failures = [var.image]
}

run "a_full_host_name_is_refused" {
  command = plan
  variables {
    twingate_network = "acme.twingate.com"
  }
  expect_failures = [var.twingate_network]
}

run "no_twingate_key_is_refused" {
  command = plan
  variables {
    twingate_api_key = ""
  }
  expect_failures = [var.twingate_api_key]
}

run "a_secret_of_another_form_is_refused" {
  command = plan
  variables {
    client_secret = "not-a-client-secret"
  }
  expect_failures = [var.client_secret]
}

run "a_secret_among_the_environment_is_refused" {
  command = plan
  variables {
    extra_env = { BATON_API_KEY = "key" }
  }
  expect_failures = [var.extra_env]
}

run "an_empty_new_secret_is_refused" {
  command = plan
  variables {
    client_secret           = ""
    client_secret_available = false
  }
  state_key       = "empty"
  expect_failures = [terraform_data.handed_over]
}

run "wrong_values_are_refused" {
  command = plan
  variables {
    name                      = "Baton"
    namespace                 = "A_B"
    labels                    = { "app.kubernetes.io/name" = "x" }
    image_pull_policy         = "Sometimes"
    image_pull_secrets        = ["A B"]
    client_id                 = "no-host"
    twingate_api_key_revision = 0
    log_level                 = "loud"
    c1_api_host               = "https://acme.conductor.one"
    replicas                  = 1.5
    resources                 = { limits = { gpu = "1" } }
    state_size_limit          = "much"
    node_selector             = { "a b" = "c" }
    tolerations               = [{ operator = "Maybe" }]
    health_port               = 80
    egress_ports              = []
  }
  state_key = "wrong"
  expect_failures = [
    var.name, var.namespace, var.labels, var.image_pull_policy, var.image_pull_secrets, var.client_id,
    var.twingate_api_key_revision, var.log_level, var.c1_api_host, var.replicas, var.resources, var.state_size_limit,
    var.node_selector, var.tolerations, var.health_port, var.egress_ports,
  ]
}
