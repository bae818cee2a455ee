terraform {
  required_version = ">= 1.11"

  required_providers {
    conductorone = {
      source  = "conductorone/conductorone"
      version = ">= 1.5.0, < 2.0.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 3.2.1, < 4.0.0"
    }
  }
}
