// The real pulumi-terraform-bridge in front of a Terraform SDKv2 provider whose schemas and calls follow those of
// hashicorp/terraform-provider-aws. It calls the endpoint that AWS_ENDPOINT_URL names.
package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/info"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

func main() {
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		panic("AWS_ENDPOINT_URL is not set: this provider must never call the real AWS")
	}
	// Pulumi starts plugins/resource-aws-v<version>/pulumi-resource-aws.
	_, version, found := strings.Cut(filepath.Base(filepath.Dir(os.Args[0])), "-v")
	if !found {
		version = "999.0.0"
	}
	tfbridge.Main("aws", version, providerInfo(version), nil)
}

func res(tok string) *info.Resource {
	return &info.Resource{Tok: tokens.Type("aws:" + tok), Fields: map[string]*info.Schema{}}
}

func fn(tok string) *info.DataSource { return &info.DataSource{Tok: tokens.ModuleMember("aws:" + tok)} }

func jsonDoc() *info.Schema {
	return &info.Schema{Type: "string", Transform: tfbridge.TransformJSONDocument}
}

func documented(r *info.Resource, fields ...string) *info.Resource {
	for _, field := range fields {
		r.Fields[field] = jsonDoc()
	}
	return r
}

func named(tok string, documents ...string) *info.Resource {
	r := documented(res(tok), documents...)
	r.Fields["name"] = tfbridge.AutoName("name", 255, "-")
	return r
}

// Facts: pulumi-aws provider/resource_overrides.go.
func replacedAfterDeletion(tok string, documents ...string) *info.Resource {
	r := documented(res(tok), documents...)
	r.DeleteBeforeReplace = true
	return r
}

func providerInfo(version string) tfbridge.ProviderInfo {
	up := terraformProvider()
	up.TerraformVersion = "1.0.0+compatible"
	p := shimv2.NewProvider(up)

	role := res("iam/role:Role")
	role.Fields["name"] = tfbridge.AutoName("name", 64, "-")
	role.Fields["assume_role_policy"] = jsonDoc()
	role.Fields["inline_policy"] = &info.Schema{Elem: &info.Schema{Fields: map[string]*info.Schema{"name": tfbridge.AutoName("name", 128, "-")}}}
	rolePolicy := res("iam/rolePolicy:RolePolicy")
	rolePolicy.Fields["role"] = &info.Schema{Type: "string"}
	rolePolicy.Fields["policy"] = jsonDoc()
	rolePolicy.Fields["name"] = tfbridge.AutoName("name", 255, "-")
	registryPolicy := res("ecr/registryPolicy:RegistryPolicy")
	registryPolicy.Fields["policy"] = jsonDoc()
	secret := res("secretsmanager/secret:Secret")
	secret.Fields["name"] = tfbridge.AutoName("name", 255, "-")

	subscription := res("sns/topicSubscription:TopicSubscription")
	subscription.Fields["topic_arn"] = &info.Schema{Name: "topic"}

	prov := tfbridge.ProviderInfo{
		P:           p,
		Name:        "aws",
		DisplayName: "AWS",
		Version:     version,
		GitHubOrg:   "hashicorp",
		Config: map[string]*info.Schema{
			"region":                      {Default: &info.Default{EnvVars: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}}},
			"skip_region_validation":      {Default: &info.Default{Value: true}},
			"skip_credentials_validation": {Default: &info.Default{Value: false}},
			"skip_metadata_api_check":     {Type: "boolean"},
			"access_key":                  {Secret: tfbridge.True()},
			"secret_key":                  {Secret: tfbridge.True()},
			"token":                       {Secret: tfbridge.True()},
		},
		Resources: map[string]*info.Resource{
			"aws_ecr_pull_through_cache_rule":         res("ecr/pullThroughCacheRule:PullThroughCacheRule"),
			"aws_ecr_repository_creation_template":    res("ecr/repositoryCreationTemplate:RepositoryCreationTemplate"),
			"aws_ecr_registry_policy":                 registryPolicy,
			"aws_ecr_registry_scanning_configuration": res("ecr/registryScanningConfiguration:RegistryScanningConfiguration"),
			"aws_secretsmanager_secret":               secret,
			"aws_secretsmanager_secret_version":       res("secretsmanager/secretVersion:SecretVersion"),
			"aws_secretsmanager_secret_policy":        res("secretsmanager/secretPolicy:SecretPolicy"),
			"aws_iam_role":                            role,
			"aws_iam_role_policy":                     rolePolicy,
			"aws_iam_policy":                          named("iam/policy:Policy", "policy"),
			"aws_iam_role_policy_attachment":          replacedAfterDeletion("iam/rolePolicyAttachment:RolePolicyAttachment"),
			"aws_ecr_repository":                      named("ecr/repository:Repository"),
			"aws_ecr_lifecycle_policy":                replacedAfterDeletion("ecr/lifecyclePolicy:LifecyclePolicy", "policy"),
			"aws_ecr_repository_policy":               documented(res("ecr/repositoryPolicy:RepositoryPolicy"), "policy"),
			"aws_ecr_pull_time_update_exclusion":      res("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion"),
			"aws_sns_topic":                           named("sns/topic:Topic", "policy"),
			"aws_sns_topic_policy":                    documented(res("sns/topicPolicy:TopicPolicy"), "policy"),
			"aws_sns_topic_subscription":              subscription,
			"aws_cloudwatch_event_rule":               named("cloudwatch/eventRule:EventRule"),
			"aws_cloudwatch_event_target":             res("cloudwatch/eventTarget:EventTarget"),
			"aws_scheduler_schedule":                  named("scheduler/schedule:Schedule"),
			"aws_ecs_cluster":                         named("ecs/cluster:Cluster"),
			"aws_ecs_service":                         named("ecs/service:Service"),
			"aws_ecs_task_definition":                 res("ecs/taskDefinition:TaskDefinition"),
			"aws_batch_job_definition":                named("batch/jobDefinition:JobDefinition"),
			"aws_ecr_replication_configuration":       res("ecr/replicationConfiguration:ReplicationConfiguration"),
			"aws_lambda_function":                     named("lambda/function:Function"),
		},
		DataSources: map[string]*info.DataSource{
			"aws_caller_identity":                  fn("index/getCallerIdentity:getCallerIdentity"),
			"aws_region":                           fn("index/getRegion:getRegion"),
			"aws_partition":                        fn("index/getPartition:getPartition"),
			"aws_ecr_pull_through_cache_rule":      fn("ecr/getPullThroughCacheRule:getPullThroughCacheRule"),
			"aws_ecr_repository_creation_template": fn("ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate"),
			"aws_iam_role":                         fn("iam/getRole:getRole"),
			"aws_cloudcontrolapi_resource":         fn("cloudcontrol/getResource:getResource"),
		},
		// In the real provider the plugin framework's half of the mux fills in these defaults (pf/tfbridge CheckConfig), and the
		// mux adds them. This half alone would not.
		PreConfigureCallback: func(vars resource.PropertyMap, _ shim.ResourceConfig) error {
			for _, env := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
				if v := os.Getenv(env); v != "" && !vars.HasValue("region") {
					vars["region"] = resource.NewStringProperty(v)
				}
			}
			if !vars.HasValue("skipRegionValidation") {
				vars["skipRegionValidation"] = resource.NewBoolProperty(true)
			}
			if !vars.HasValue("skipCredentialsValidation") {
				vars["skipCredentialsValidation"] = resource.NewBoolProperty(false)
			}
			return nil
		},
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
	}
	for name, r := range prov.Resources {
		schema := up.ResourcesMap[name].Schema
		_, regional := schema["region"]
		_, tagged := schema["tags_all"]
		r.PreCheckCallback = preCheck(regional, tagged)
	}
	return prov
}

// As pulumi-aws provider/tags.go and region.go: tags first, then the Region.
func preCheck(regional, tagged bool) func(context.Context, resource.PropertyMap, resource.PropertyMap) (resource.PropertyMap, error) {
	return func(_ context.Context, config, meta resource.PropertyMap) (resource.PropertyMap, error) {
		ret := config.Copy()
		if tagged {
			ret["tagsAll"] = mergedTags(config["tags"], meta)
		}
		if regional {
			if r, ok := config["region"]; (!ok || r.IsNull()) && meta.HasValue("region") {
				ret["region"] = meta["region"]
			}
		}
		return ret, nil
	}
}

func mergedTags(own resource.PropertyValue, meta resource.PropertyMap) resource.PropertyValue {
	if own.ContainsUnknowns() || resource.NewObjectProperty(meta).ContainsUnknowns() {
		return resource.NewOutputProperty(resource.Output{Known: false})
	}
	all := resource.PropertyMap{}
	add := func(v resource.PropertyValue) {
		if !v.IsObject() {
			return
		}
		for k, x := range v.ObjectValue() {
			if x.IsString() {
				all[k] = x
			}
		}
	}
	if d, ok := meta["defaultTags"]; ok && d.IsObject() {
		add(d.ObjectValue()["tags"])
	}
	add(own)
	var keys, prefixes []string
	if i, ok := meta["ignoreTags"]; ok && i.IsObject() {
		keys, prefixes = texts(i.ObjectValue()["keys"]), texts(i.ObjectValue()["keyPrefixes"])
	}
	for k := range all {
		if ignored(string(k), keys, prefixes) {
			delete(all, k)
		}
	}
	return resource.NewObjectProperty(all)
}

func texts(v resource.PropertyValue) (out []string) {
	if v.IsArray() {
		for _, x := range v.ArrayValue() {
			if x.IsString() {
				out = append(out, x.StringValue())
			}
		}
	}
	return out
}
