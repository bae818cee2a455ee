locals {
  writes_secrets    = var.existing_secrets_directory == null
  secrets_directory = local.writes_secrets ? "${var.secrets_directory}/${var.name}" : var.existing_secrets_directory

  client_secret_file    = "${local.secrets_directory}/client-secret"
  twingate_api_key_file = "${local.secrets_directory}/twingate-api-key"

  state_directory = "/var/lib/baton"
  owner           = "uid=65532,gid=65532,mode=0700"

  settings = merge(
    # Below the memory limit, so that Node collects before the kernel ends it.
    { NODE_OPTIONS = "--max-old-space-size=384" },
    var.extra_env,
    {
      BATON_DOMAIN             = var.twingate_network
      BATON_CLIENT_ID          = var.client_id
      BATON_CLIENT_SECRET_FILE = "/run/secrets/client-secret"
      BATON_API_KEY_FILE       = "/run/secrets/twingate-api-key"
      BATON_STATE_DIR          = local.state_directory
      BATON_HEALTH_CHECK       = "true"
      BATON_HEALTH_CHECK_PORT  = tostring(var.health_port)
      BATON_SHUTDOWN_GRACE     = "25s"
      BATON_PROVISIONING       = tostring(var.provisioning)
      BATON_LOG_LEVEL          = var.log_level
    },
    var.c1_api_host == null ? {} : { BATON_C1_API_HOST = var.c1_api_host },
  )

  # The next container starts beside the running one, so it needs another name. All that replaces a container is in it.
  container_name = "${var.name}-${substr(sha256(jsonencode([local.settings, local.labels, local.secrets_directory, var.image, var.network_mode])), 0, 8)}"
  environment    = merge(local.settings, { BATON_HOST_ID = local.container_name })

  labels = merge(var.labels, {
    "baton-twingate.name"             = var.name
    "baton-twingate.api-key-revision" = tostring(var.twingate_api_key_revision)
  })

  # Put in place by a rename: a running container keeps the file it was started with. Readable for the user in the
  # container; the folder keeps everybody else on the host away.
  write_file = <<-EOT
    set -eu
    if [ -z "$VALUE" ]; then echo "$MISSING" >&2; exit 1; fi
    umask 077
    mkdir -p "$(dirname "$FILE")"
    printf '%s' "$VALUE" > "$FILE.new"
    chmod 0444 "$FILE.new"
    mv -f "$FILE.new" "$FILE"
  EOT
}

# The file, remembered without its content. No provider for containers takes a secret that is kept nowhere.
resource "terraform_data" "client_secret" {
  count = local.writes_secrets ? 1 : 0

  input            = { file = local.client_secret_file, available = var.client_secret_available }
  triggers_replace = [var.client_id, local.client_secret_file]

  provisioner "local-exec" {
    command = local.write_file
    environment = {
      FILE    = local.client_secret_file
      VALUE   = var.client_secret == null ? "" : var.client_secret
      MISSING = "the client secret is gone: raise credential_generation by 1 to get a new credential"
    }
  }

  # Runs at the end only: a file that takes the place of another one leaves nothing to remove.
  provisioner "local-exec" {
    when        = destroy
    command     = "rm -f \"$FILE\""
    environment = { FILE = self.input.file }
  }

  lifecycle {
    create_before_destroy = true

    # Later runs do not have the secret any more, and need not.
    ignore_changes = [input]

    postcondition {
      condition     = self.input.available
      error_message = "The client secret is gone: ConductorOne tells it only in the run that makes the credential, and the file has to be written now. Raise credential_generation by 1 to get a new credential."
    }
  }
}

resource "terraform_data" "twingate_api_key" {
  count = local.writes_secrets ? 1 : 0

  input            = { file = local.twingate_api_key_file }
  triggers_replace = [var.twingate_api_key_revision, local.twingate_api_key_file]

  provisioner "local-exec" {
    command = local.write_file
    environment = {
      FILE    = local.twingate_api_key_file
      VALUE   = var.twingate_api_key == null ? "" : var.twingate_api_key
      MISSING = "twingate_api_key is empty"
    }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "rm -f \"$FILE\""
    environment = { FILE = self.input.file }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "docker_image" "connector" {
  name         = var.image
  keep_locally = true
}

resource "docker_container" "connector" {
  name     = local.container_name
  image    = docker_image.connector.image_id
  hostname = local.container_name
  user     = "65532:65532"
  env      = [for name, value in local.environment : "${name}=${value}"]

  read_only     = true
  security_opts = ["no-new-privileges:true"]
  network_mode  = var.network_mode
  memory        = var.memory_mb
  restart       = "unless-stopped"
  working_dir   = local.state_directory

  # The connector is given time to end what it has begun, and stops by itself after 25 seconds.
  stop_timeout          = 40
  destroy_grace_seconds = 40

  # Healthy means that ConductorOne let the connector in, so an apply that ends well has handed over a working credential.
  wait         = true
  wait_timeout = 120

  tmpfs = {
    "/tmp"                  = "rw,noexec,nosuid,nodev,size=64m,${local.owner}"
    (local.state_directory) = "rw,noexec,nosuid,nodev,size=${var.state_size_mb}m,${local.owner}"
  }

  capabilities {
    drop = ["ALL"]
  }

  # Times in the form in which Docker gives them back: another one would differ in every plan.
  healthcheck {
    test           = ["CMD", "baton-twingate", "health-check", "--endpoint", "ready"]
    interval       = "30s"
    timeout        = "10s"
    start_period   = "30s"
    start_interval = "0s"
    retries        = 3
  }

  mounts {
    type      = "bind"
    source    = local.client_secret_file
    target    = "/run/secrets/client-secret"
    read_only = true
  }

  mounts {
    type      = "bind"
    source    = local.twingate_api_key_file
    target    = "/run/secrets/twingate-api-key"
    read_only = true
  }

  dynamic "labels" {
    for_each = local.labels
    content {
      label = labels.key
      value = labels.value
    }
  }

  # A new credential that cannot be made, or a new container that does not start, must not cost the running one.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [terraform_data.client_secret, terraform_data.twingate_api_key]
}
