locals {
  makes_secrets = var.existing_secret_name == null

  # A Secret for each credential: a new name rolls the pods, and the old Secret lives until they are gone.
  client_secret_name    = local.makes_secrets ? kubernetes_secret_v1.client_secret[0].metadata[0].name : var.existing_secret_name
  twingate_api_key_name = local.makes_secrets ? kubernetes_secret_v1.twingate_api_key[0].metadata[0].name : var.existing_secret_name

  identity = {
    "app.kubernetes.io/name"     = "baton-twingate"
    "app.kubernetes.io/instance" = var.name
  }
  labels = merge(var.labels, local.identity, { "app.kubernetes.io/managed-by" = "terraform" })

  client_secret_directory    = "/run/secrets/conductorone"
  twingate_api_key_directory = "/run/secrets/twingate"
  state_directory            = "/var/lib/baton"

  environment = merge(
    # Below the memory limit, so that Node collects before the kernel ends it.
    { NODE_OPTIONS = "--max-old-space-size=384" },
    var.extra_env,
    {
      BATON_DOMAIN             = var.twingate_network
      BATON_CLIENT_ID          = var.client_id
      BATON_CLIENT_SECRET_FILE = "${local.client_secret_directory}/client-secret"
      BATON_API_KEY_FILE       = "${local.twingate_api_key_directory}/twingate-api-key"
      BATON_STATE_DIR          = local.state_directory
      BATON_HEALTH_CHECK       = "true"
      BATON_HEALTH_CHECK_PORT  = tostring(var.health_port)
      BATON_SHUTDOWN_GRACE     = "25s"
      BATON_PROVISIONING       = tostring(var.provisioning)
      BATON_LOG_LEVEL          = var.log_level
    },
    var.c1_api_host == null ? {} : { BATON_C1_API_HOST = var.c1_api_host },
  )
}

resource "kubernetes_secret_v1" "client_secret" {
  count = local.makes_secrets ? 1 : 0

  metadata {
    name      = "${var.name}-${substr(sha256(var.client_id), 0, 8)}"
    namespace = var.namespace
    labels    = local.labels
  }

  # Written when the Secret is made. Its revision never changes: in a later run the secret is empty.
  data_wo          = { client-secret = var.client_secret == null ? "" : var.client_secret }
  data_wo_revision = 1

  lifecycle {
    create_before_destroy = true
  }
}

# Remembers, without the secret, that this very Secret was made in a run that had it.
resource "terraform_data" "handed_over" {
  count = local.makes_secrets ? 1 : 0

  input            = var.client_secret_available
  triggers_replace = kubernetes_secret_v1.client_secret[0].metadata[0].uid

  lifecycle {
    create_before_destroy = true

    # Later runs do not have the secret any more, and need not.
    ignore_changes = [input]

    postcondition {
      condition     = self.input
      error_message = "The client secret is gone: ConductorOne tells it only in the run that makes the credential, and the Secret has to be made now. Raise credential_generation by 1 to get a new credential."
    }
  }
}

# Of its own, so that a new key never sends the client secret again.
resource "kubernetes_secret_v1" "twingate_api_key" {
  count = local.makes_secrets ? 1 : 0

  metadata {
    name      = "${var.name}-twingate"
    namespace = var.namespace
    labels    = local.labels
  }

  data_wo          = { twingate-api-key = var.twingate_api_key == null ? "" : var.twingate_api_key }
  data_wo_revision = var.twingate_api_key_revision
}

resource "kubernetes_deployment_v1" "connector" {
  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    replicas                  = tostring(var.replicas)
    progress_deadline_seconds = 300

    selector {
      match_labels = local.identity
    }

    strategy {
      type = "RollingUpdate"

      rolling_update {
        max_surge       = "1"
        max_unavailable = "0"
      }
    }

    template {
      metadata {
        labels = local.labels
        annotations = {
          "baton-twingate/api-key-revision" = tostring(var.twingate_api_key_revision)
        }
      }

      spec {
        automount_service_account_token  = false
        enable_service_links             = false
        termination_grace_period_seconds = 40
        node_selector                    = var.node_selector

        dynamic "image_pull_secrets" {
          for_each = var.image_pull_secrets
          content {
            name = image_pull_secrets.value
          }
        }

        dynamic "toleration" {
          for_each = var.tolerations
          content {
            key      = toleration.value.key
            operator = toleration.value.operator
            value    = toleration.value.value
            effect   = toleration.value.effect
          }
        }

        security_context {
          run_as_non_root = true
          run_as_user     = "65532"
          run_as_group    = "65532"
          fs_group        = "65532"

          seccomp_profile {
            type = "RuntimeDefault"
          }
        }

        container {
          name              = "baton-twingate"
          image             = var.image
          image_pull_policy = var.image_pull_policy
          working_dir       = local.state_directory

          dynamic "env" {
            for_each = local.environment
            content {
              name  = env.key
              value = env.value
            }
          }

          # Each instance needs a name of its own.
          env {
            name = "BATON_HOST_ID"
            value_from {
              field_ref {
                api_version = "v1"
                field_path  = "metadata.name"
              }
            }
          }

          resources {
            requests = var.resources.requests
            limits   = var.resources.limits
          }

          security_context {
            allow_privilege_escalation = false
            privileged                 = false
            read_only_root_filesystem  = true

            capabilities {
              drop = ["ALL"]
            }
          }

          liveness_probe {
            exec {
              command = ["baton-twingate", "health-check", "--endpoint", "live"]
            }
            initial_delay_seconds = 15
            period_seconds        = 30
            timeout_seconds       = 10
            failure_threshold     = 3
          }

          readiness_probe {
            exec {
              command = ["baton-twingate", "health-check", "--endpoint", "ready"]
            }
            initial_delay_seconds = 5
            period_seconds        = 15
            timeout_seconds       = 10
            failure_threshold     = 3
          }

          volume_mount {
            name       = "client-secret"
            mount_path = local.client_secret_directory
            read_only  = true
          }

          volume_mount {
            name       = "twingate-api-key"
            mount_path = local.twingate_api_key_directory
            read_only  = true
          }

          volume_mount {
            name       = "state"
            mount_path = local.state_directory
          }

          volume_mount {
            name       = "tmp"
            mount_path = "/tmp"
          }
        }

        volume {
          name = "client-secret"
          secret {
            secret_name  = local.client_secret_name
            default_mode = "0440"
            items {
              key  = "client-secret"
              path = "client-secret"
            }
          }
        }

        volume {
          name = "twingate-api-key"
          secret {
            secret_name  = local.twingate_api_key_name
            default_mode = "0440"
            items {
              key  = "twingate-api-key"
              path = "twingate-api-key"
            }
          }
        }

        volume {
          name = "state"
          empty_dir {
            size_limit = var.state_size_limit
          }
        }

        volume {
          name = "tmp"
          empty_dir {
            size_limit = "64Mi"
          }
        }
      }
    }
  }

  # Ready means that ConductorOne let the connector in, so an apply that ends well has handed over a working credential.
  wait_for_rollout = true

  depends_on = [terraform_data.handed_over]
}

resource "kubernetes_network_policy_v1" "connector" {
  count = var.network_policy ? 1 : 0

  metadata {
    name      = var.name
    namespace = var.namespace
    labels    = local.labels
  }

  spec {
    policy_types = ["Ingress", "Egress"]

    pod_selector {
      match_labels = local.identity
    }

    egress {
      ports {
        port     = "53"
        protocol = "UDP"
      }
      ports {
        port     = "53"
        protocol = "TCP"
      }
    }

    egress {
      dynamic "ports" {
        for_each = var.egress_ports
        content {
          port     = tostring(ports.value)
          protocol = "TCP"
        }
      }
    }
  }
}
