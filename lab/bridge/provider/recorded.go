package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/id"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// recorded is a workload, which matters here only for its image references: it exists in the state alone.
func recorded(service, kind string, fields map[string]*schema.Schema) *schema.Resource {
	read := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
	fields["arn"] = computed()
	return &schema.Resource{
		CreateWithoutTimeout: func(_ context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			d.SetId(id.UniqueId())
			_ = d.Set("arn", "arn:aws:"+service+":"+regionOf(d, m)+":000000000000:"+kind+"/"+d.Id())
			if fields["revision"] != nil {
				d.Set("revision", 1)
			}
			return nil
		},
		ReadWithoutTimeout: read, UpdateWithoutTimeout: read, DeleteWithoutTimeout: read, Schema: fields,
	}
}

func optional(names ...string) map[string]*schema.Schema {
	fields := map[string]*schema.Schema{}
	for _, name := range names {
		fields[name] = text()
	}
	return fields
}

func ecsCluster() *schema.Resource { return recorded("ecs", "cluster", optional("name")) }

func ecsService() *schema.Resource {
	fields := optional("name", "cluster", "task_definition", "launch_type")
	fields["desired_count"] = &schema.Schema{Type: schema.TypeInt, Optional: true}
	fields["network_configuration"] = block(1, map[string]*schema.Schema{"subnets": need(&schema.Schema{Type: schema.TypeSet, Elem: &schema.Schema{Type: schema.TypeString}}), "security_groups": textSet(), "assign_public_ip": flag()})
	return recorded("ecs", "service", fields)
}

func ecsTaskDefinition() *schema.Resource {
	fields := optional("family", "cpu", "memory", "network_mode", "execution_role_arn", "task_role_arn", "container_definitions")
	fields["requires_compatibilities"] = textSet()
	fields["revision"] = &schema.Schema{Type: schema.TypeInt, Computed: true}
	for _, field := range fields {
		field.ForceNew = !field.Computed
	}
	return recorded("ecs", "task-definition", fields)
}

func batchJobDefinition() *schema.Resource {
	fields := optional("name", "type", "container_properties", "ecs_properties")
	fields["revision"] = &schema.Schema{Type: schema.TypeInt, Computed: true}
	return recorded("batch", "job-definition", fields)
}

func lambdaFunction() *schema.Resource {
	return recorded("lambda", "function", optional("name", "role", "image_uri", "package_type"))
}

func replicationConfiguration() *schema.Resource {
	filters := block(0, map[string]*schema.Schema{"filter": required(), "filter_type": required()})
	destinations := need(&schema.Schema{Type: schema.TypeList, Elem: &schema.Resource{Schema: map[string]*schema.Schema{"region": required(), "registry_id": required()}}})
	rules := block(0, map[string]*schema.Schema{"destination": destinations, "repository_filter": filters})
	r := recorded("ecr", "replication", map[string]*schema.Schema{"replication_configuration": block(1, map[string]*schema.Schema{"rule": rules}), "registry_id": computed()})
	delete(r.Schema, "arn")
	return r
}
