package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

const propagation = 2 * time.Minute

// meta is what the real provider calls AWSClient.
type meta struct {
	cfg            aws.Config
	region         string
	account        string
	partition      string
	defaultTags    map[string]string
	ignoreKeys     []string
	ignorePrefixes []string
	endpoints      map[string]string

	mu      sync.Mutex
	clients map[string]any
}

func clientOf[T any](m *meta, service, region string, make func(aws.Config) T) T {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := service + "/" + region
	if c, ok := m.clients[key]; ok {
		return c.(T)
	}
	cfg := m.cfg.Copy()
	cfg.Region = region
	if url := m.endpoints[service]; url != "" {
		cfg.BaseEndpoint = aws.String(url)
	}
	c := make(cfg)
	m.clients[key] = c
	return c
}

func (m *meta) ecr(region string) *ecr.Client {
	return clientOf(m, "ecr", region, func(c aws.Config) *ecr.Client { return ecr.NewFromConfig(c) })
}
func (m *meta) secrets(region string) *secretsmanager.Client {
	return clientOf(m, "secretsmanager", region, func(c aws.Config) *secretsmanager.Client { return secretsmanager.NewFromConfig(c) })
}
func (m *meta) cloudcontrol(region string) *cloudcontrol.Client {
	return clientOf(m, "cloudcontrol", region, func(c aws.Config) *cloudcontrol.Client { return cloudcontrol.NewFromConfig(c) })
}
func (m *meta) events(region string) *eventbridge.Client {
	return clientOf(m, "events", region, func(c aws.Config) *eventbridge.Client { return eventbridge.NewFromConfig(c) })
}
func (m *meta) scheduler(region string) *scheduler.Client {
	return clientOf(m, "scheduler", region, func(c aws.Config) *scheduler.Client { return scheduler.NewFromConfig(c) })
}
func (m *meta) sns(region string) *sns.Client {
	return clientOf(m, "sns", region, func(c aws.Config) *sns.Client { return sns.NewFromConfig(c) })
}
func (m *meta) iam() *iam.Client {
	return clientOf(m, "iam", m.region, func(c aws.Config) *iam.Client { return iam.NewFromConfig(c) })
}
func (m *meta) sts() *sts.Client {
	return clientOf(m, "sts", m.region, func(c aws.Config) *sts.Client { return sts.NewFromConfig(c) })
}

func text() *schema.Schema     { return &schema.Schema{Type: schema.TypeString, Optional: true} }
func flag() *schema.Schema     { return &schema.Schema{Type: schema.TypeBool, Optional: true} }
func computed() *schema.Schema { return &schema.Schema{Type: schema.TypeString, Computed: true} }
func required() *schema.Schema { return &schema.Schema{Type: schema.TypeString, Required: true} }
func textList() *schema.Schema {
	return &schema.Schema{Type: schema.TypeList, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}}
}
func textSet() *schema.Schema {
	return &schema.Schema{Type: schema.TypeSet, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}}
}
func textMap() *schema.Schema {
	return &schema.Schema{Type: schema.TypeMap, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}}
}
func block(max int, fields map[string]*schema.Schema) *schema.Schema {
	return &schema.Schema{Type: schema.TypeList, Optional: true, MaxItems: max, Elem: &schema.Resource{Schema: fields}}
}

var services = []string{"cloudcontrol", "ecr", "events", "iam", "scheduler", "secretsmanager", "sns", "sts"}

func terraformProvider() *schema.Provider {
	endpoints := map[string]*schema.Schema{}
	for _, service := range services {
		endpoints[service] = text()
	}
	assume := map[string]*schema.Schema{
		"role_arn": text(), "session_name": text(), "external_id": text(), "duration": text(), "policy": text(),
		"policy_arns": textSet(), "source_identity": text(), "tags": textMap(), "transitive_tag_keys": textSet(),
	}
	return &schema.Provider{
		Schema: map[string]*schema.Schema{
			"access_key": text(), "secret_key": text(), "token": text(), "region": text(), "profile": text(),
			"max_retries":                 {Type: schema.TypeInt, Optional: true},
			"retry_mode":                  text(),
			"allowed_account_ids":         textSet(),
			"forbidden_account_ids":       textSet(),
			"shared_config_files":         textList(),
			"shared_credentials_files":    textList(),
			"insecure":                    flag(),
			"skip_credentials_validation": flag(), "skip_region_validation": flag(), "skip_requesting_account_id": flag(),
			"skip_metadata_api_check": text(),
			"default_tags":            block(1, map[string]*schema.Schema{"tags": textMap()}),
			"ignore_tags":             block(1, map[string]*schema.Schema{"keys": textSet(), "key_prefixes": textSet()}),
			"assume_role":             block(0, assume),
			"endpoints":               {Type: schema.TypeSet, Optional: true, Elem: &schema.Resource{Schema: endpoints}},
		},
		ConfigureContextFunc: configure,
		ResourcesMap: map[string]*schema.Resource{
			"aws_ecr_pull_through_cache_rule":         regional(cacheRule(), nil),
			"aws_ecr_repository_creation_template":    regional(creationTemplate(), nil),
			"aws_ecr_registry_policy":                 regional(registryPolicy(), nil),
			"aws_ecr_registry_scanning_configuration": regional(scanningConfiguration(), nil),
			"aws_secretsmanager_secret":               regional(secret(), secretTags),
			"aws_secretsmanager_secret_version":       regional(secretVersion(), nil),
			"aws_secretsmanager_secret_policy":        regional(secretPolicy(), nil),
			"aws_iam_role":                            global(role(), roleTags),
			"aws_iam_role_policy":                     global(rolePolicy(), nil),
			"aws_iam_policy":                          global(managedPolicy(), managedPolicyTags),
			"aws_iam_role_policy_attachment":          global(rolePolicyAttachment(), nil),
			"aws_ecr_repository":                      regional(repository(), repositoryTags),
			"aws_ecr_lifecycle_policy":                regional(lifecyclePolicy(), nil),
			"aws_ecr_repository_policy":               regional(repositoryPolicy(), nil),
			"aws_ecr_pull_time_update_exclusion":      regional(pullTimeUpdateExclusion(), nil),
			"aws_sns_topic":                           regional(topic(), topicTags),
			"aws_sns_topic_policy":                    regional(topicPolicy(), nil),
			"aws_sns_topic_subscription":              regional(topicSubscription(), nil),
			"aws_cloudwatch_event_rule":               regional(eventRule(), eventRuleTags),
			"aws_cloudwatch_event_target":             regional(eventTarget(), nil),
			"aws_scheduler_schedule":                  regional(schedule(), nil),
			"aws_ecs_cluster":                         regional(ecsCluster(), nil),
			"aws_ecs_service":                         regional(ecsService(), nil),
			"aws_ecs_task_definition":                 regional(ecsTaskDefinition(), nil),
			"aws_batch_job_definition":                regional(batchJobDefinition(), nil),
			"aws_ecr_replication_configuration":       regional(replicationConfiguration(), nil),
			"aws_lambda_function":                     regional(lambdaFunction(), nil),
		},
		DataSourcesMap: dataSources(),
	}
}

func configure(ctx context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	m := &meta{clients: map[string]any{}, defaultTags: map[string]string{}, endpoints: map[string]string{}}
	m.region = d.Get("region").(string)
	attempts := 25
	if v, err := strconv.Atoi(os.Getenv("AWS_MAX_ATTEMPTS")); err == nil && v > 0 {
		attempts = v
	}
	if v := d.Get("max_retries").(int); v > 0 {
		attempts = v
	}
	options := []func(*config.LoadOptions) error{
		config.WithRetryer(func() aws.Retryer {
			return retry.AddWithMaxAttempts(retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = nil; o.RateLimiter = noLimit{} }), attempts)
		}),
	}
	if m.region != "" {
		options = append(options, config.WithRegion(m.region))
	}
	if key, secret := d.Get("access_key").(string), d.Get("secret_key").(string); key != "" && secret != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(key, secret, d.Get("token").(string))))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, diag.FromErr(err)
	}
	if cfg.Region == "" {
		return nil, diag.Errorf("Invalid provider configuration: Missing region configuration")
	}
	m.region = cfg.Region
	for _, e := range d.Get("endpoints").(*schema.Set).List() {
		for service, url := range e.(map[string]any) {
			if url.(string) != "" {
				m.endpoints[service] = url.(string)
			}
		}
	}
	for _, r := range d.Get("assume_role").([]any) {
		v, _ := r.(map[string]any)
		if v == nil || v["role_arn"].(string) == "" {
			continue
		}
		provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), v["role_arn"].(string), func(o *stscreds.AssumeRoleOptions) {
			if s := v["session_name"].(string); s != "" {
				o.RoleSessionName = s
			}
			if s := v["external_id"].(string); s != "" {
				o.ExternalID = aws.String(s)
			}
		})
		cfg.Credentials = aws.NewCredentialsCache(provider)
		if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
			return nil, diag.Errorf("Cannot assume IAM Role: IAM Role (%s) cannot be assumed.\n\nError: %s", v["role_arn"], err)
		}
	}
	m.cfg = cfg
	if b := d.Get("default_tags").([]any); len(b) > 0 && b[0] != nil {
		for k, v := range b[0].(map[string]any)["tags"].(map[string]any) {
			m.defaultTags[k] = v.(string)
		}
	}
	if b := d.Get("ignore_tags").([]any); len(b) > 0 && b[0] != nil {
		for _, v := range b[0].(map[string]any)["keys"].(*schema.Set).List() {
			m.ignoreKeys = append(m.ignoreKeys, v.(string))
		}
		for _, v := range b[0].(map[string]any)["key_prefixes"].(*schema.Set).List() {
			m.ignorePrefixes = append(m.ignorePrefixes, v.(string))
		}
	}
	m.partition = "aws"
	if !d.Get("skip_requesting_account_id").(bool) {
		out, err := m.sts().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return nil, diag.Errorf("validating provider credentials: retrieving caller identity from STS: %s", err)
		}
		m.account = aws.ToString(out.Account)
		if parts := strings.Split(aws.ToString(out.Arn), ":"); len(parts) > 1 {
			m.partition = parts[1]
		}
	}
	return m, nil
}

type noLimit struct{}

func (noLimit) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (noLimit) AddTokens(uint) error { return nil }

// ---- errors and retries

func failf(format string, args ...any) diag.Diagnostics { return diag.Errorf(format, args...) }

func isCode(err error, codes ...string) bool {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.ErrorCode() == c {
			return true
		}
	}
	return false
}

func says(err error, code, part string) bool {
	var e smithy.APIError
	return errors.As(err, &e) && e.ErrorCode() == code && strings.Contains(e.ErrorMessage(), part)
}

var errNotFound = errors.New("couldn't find resource")

func retrying(ctx context.Context, again func(error) bool, call func() error) error {
	end := time.Now().Add(propagation)
	for wait := 100 * time.Millisecond; ; wait = min(wait*2, 5*time.Second) {
		err := call()
		if err == nil || !again(err) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("timeout: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func untilFound(ctx context.Context, call func() error) error {
	return retrying(ctx, func(err error) bool { return errors.Is(err, errNotFound) }, call)
}

func untilGone(ctx context.Context, call func() error) error {
	still := errors.New("found resource")
	err := retrying(ctx, func(err error) bool { return err == still }, func() error {
		err := call()
		if err == nil {
			return still
		}
		return err
	})
	if errors.Is(err, errNotFound) {
		return nil
	}
	return err
}

// gone forgets a resource that is not there any more.
func gone(d *schema.ResourceData, err error) bool {
	if d.IsNewResource() || !errors.Is(err, errNotFound) {
		return false
	}
	d.SetId("")
	return true
}

// wasFound says whether a read has an answer. Otherwise the resource is gone, or the diagnostics say what went wrong.
func wasFound(d *schema.ResourceData, what string, err error) (bool, diag.Diagnostics) {
	if gone(d, err) {
		return false, nil
	}
	if err != nil {
		return false, failf("reading %s (%s): %s", what, d.Id(), err)
	}
	return true, nil
}

// lookUp reads a resource, a new one until AWS finds it.
func lookUp(ctx context.Context, d *schema.ResourceData, what string, find func() error) (bool, diag.Diagnostics) {
	err := find()
	if d.IsNewResource() && errors.Is(err, errNotFound) {
		err = untilFound(ctx, find)
	}
	return wasFound(d, what, err)
}

func deleted(what string, d *schema.ResourceData, err error, codes ...string) diag.Diagnostics {
	if err != nil && !isCode(err, codes...) {
		return failf("deleting %s (%s): %s", what, d.Id(), err)
	}
	return nil
}
