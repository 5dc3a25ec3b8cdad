# Deploys a release of ecs-revision-pruner: uploads its zip, and creates its stack.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "release" {
  description = "The folder with the files of the release."
  type        = string
}

variable "bucket" {
  description = "A bucket of yours for the zip, in the Region of the provider."
  type        = string
}

variable "parameters" {
  description = "Parameters of the template. Lists are texts with commas."
  type        = map(string)
  default     = {}
}

locals { zip = "${var.release}/${one(fileset(var.release, "ecs-revision-pruner-*.zip"))}" }

resource "aws_s3_object" "code" {
  bucket = var.bucket
  key    = "ecs-revision-pruner/${filesha256(local.zip)}.zip"
  source = local.zip
  # A stack whose update fails goes back to the earlier zip.
  lifecycle { create_before_destroy = true }
}

resource "aws_cloudformation_stack" "pruner" {
  name          = "ecs-revision-pruner"
  template_body = file("${var.release}/template.yml")
  capabilities  = ["CAPABILITY_IAM"]
  parameters    = merge(var.parameters, { CodeBucket = aws_s3_object.code.bucket, CodeKey = aws_s3_object.code.key })
}

output "stack" {
  description = "The outputs of the stack, such as StateBucket."
  value       = aws_cloudformation_stack.pruner.outputs
}
