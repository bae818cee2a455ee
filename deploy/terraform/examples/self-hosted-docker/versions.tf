terraform {
  required_version = ">= 1.11"

  required_providers {
    conductorone = {
      source  = "conductorone/conductorone"
      version = ">= 1.5.0, < 2.0.0"
    }
    docker = {
      source  = "kreuzwerker/docker"
      version = ">= 4.5.0, < 5.0.0"
    }
  }
}
