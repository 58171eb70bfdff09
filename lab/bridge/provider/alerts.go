package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	scheduletypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// Facts: terraform-provider-aws internal/service/events, sns and scheduler, of which only what a cache's alerts use.

func replacing() *schema.Schema {
	return &schema.Schema{Type: schema.TypeString, Required: true, ForceNew: true}
}

// ---- aws_sns_topic

var topicAttributes = map[string]string{"display_name": "DisplayName", "kms_master_key_id": "KmsMasterKeyId", "policy": "Policy"}

func topic() *schema.Resource {
	policy := may(policyField(normalize))
	policy.Computed = true
	fields := map[string]*schema.Schema{
		"arn": computed(), "owner": computed(), "display_name": text(), "kms_master_key_id": text(), "policy": policy,
		"tags": tagSchema(), "tags_all": tagAllSchema(),
	}
	nameFields(fields, validation.StringLenBetween(1, 256), validation.StringLenBetween(1, 230))
	set := func(ctx context.Context, d *schema.ResourceData, m any, wanted func(string) bool) error {
		for field, name := range topicAttributes {
			value := d.Get(field).(string)
			if !wanted(field) || (field == "policy" && value == "") {
				continue
			}
			if err := setTopic(ctx, m.(*meta), regionOf(d, m), d.Id(), name, value); err != nil {
				return err
			}
		}
		return nil
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			name := nameFor(d)
			out, err := m.(*meta).sns(regionOf(d, m)).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(name), Tags: snsTags(tagsIn(d, m.(*meta)))})
			if err != nil {
				return failf("creating SNS Topic (%s): %s", name, err)
			}
			d.SetId(aws.ToString(out.TopicArn))
			if err := set(ctx, d, m, func(field string) bool { _, ok := d.GetOk(field); return ok }); err != nil {
				return failf("creating SNS Topic (%s): %s", name, err)
			}
			return readTopic(ctx, d, m)
		},
		ReadWithoutTimeout: readTopic,
		UpdateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			if err := set(ctx, d, m, d.HasChange); err != nil {
				return failf("updating SNS Topic (%s): %s", d.Id(), err)
			}
			return readTopic(ctx, d, m)
		},
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			_, err := m.(*meta).sns(regionOf(d, m)).DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: aws.String(d.Id())})
			return deleted("SNS Topic", d, err, "NotFound")
		},
		Importer: passthrough(), Schema: fields,
	}
}

func setTopic(ctx context.Context, m *meta, region, arn, name, value string) error {
	return retrying(ctx, func(err error) bool { return isCode(err, "InvalidParameter") }, func() error {
		_, err := m.sns(region).SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: aws.String(arn), AttributeName: aws.String(name), AttributeValue: aws.String(value)})
		return err
	})
}

func findTopic(ctx context.Context, m *meta, region, arn string) (map[string]string, error) {
	out, err := m.sns(region).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(arn)})
	if isCode(err, "NotFound") {
		return nil, errNotFound
	}
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

func readTopic(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
	found, err := findTopic(ctx, m.(*meta), regionOf(d, m), d.Id())
	if found, diags := wasFound(d, "SNS Topic", err); !found {
		return diags
	}
	d.Set("arn", found["TopicArn"])
	d.Set("owner", found["Owner"])
	d.Set("display_name", found["DisplayName"])
	d.Set("kms_master_key_id", found["KmsMasterKeyId"])
	name := found["TopicArn"][strings.LastIndex(found["TopicArn"], ":")+1:]
	d.Set("name", name)
	d.Set("name_prefix", prefixOf(name))
	return setPolicy(d, "policy", found["Policy"])
}

func setPolicy(d *schema.ResourceData, field, found string) diag.Diagnostics {
	policy, err := policyToSet(d.Get(field).(string), found, normalize)
	if err != nil {
		return diag.FromErr(err)
	}
	d.Set(field, policy)
	return nil
}

func snsTags(tags map[string]string) (out []snstypes.Tag) {
	for k, v := range tags {
		out = append(out, snstypes.Tag{Key: aws.String(k), Value: aws.String(v)})
	}
	return out
}

var topicTags = &tagging{
	list: func(ctx context.Context, m *meta, region, arn string) (map[string]string, error) {
		out, err := m.sns(region).ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: aws.String(arn)})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		for _, t := range out.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		return tags, nil
	},
	update: func(ctx context.Context, m *meta, region, arn string, set map[string]string, remove []string) (err error) {
		if len(remove) > 0 {
			_, err = m.sns(region).UntagResource(ctx, &sns.UntagResourceInput{ResourceArn: aws.String(arn), TagKeys: remove})
		}
		if err == nil && len(set) > 0 {
			_, err = m.sns(region).TagResource(ctx, &sns.TagResourceInput{ResourceArn: aws.String(arn), Tags: snsTags(set)})
		}
		return err
	},
}

// ---- aws_sns_topic_policy

func topicPolicy() *schema.Resource {
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		found, err := findTopic(ctx, m.(*meta), regionOf(d, m), d.Id())
		if found, diags := wasFound(d, "SNS Topic Policy", err); !found {
			return diags
		}
		d.Set("arn", found["TopicArn"])
		d.Set("owner", found["Owner"])
		return setPolicy(d, "policy", found["Policy"])
	}
	put := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		arn := d.Get("arn").(string)
		if err := setTopic(ctx, m.(*meta), regionOf(d, m), arn, "Policy", normalize(d.Get("policy"))); err != nil {
			return failf("setting SNS Topic Policy (%s): %s", arn, err)
		}
		d.SetId(arn)
		return read(ctx, d, m)
	}
	return &schema.Resource{
		CreateWithoutTimeout: put, UpdateWithoutTimeout: put, ReadWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			return deleted("SNS Topic Policy", d, setTopic(ctx, m.(*meta), regionOf(d, m), d.Id(), "Policy", defaultTopicPolicy(d.Id(), d.Get("owner").(string))), "NotFound")
		},
		Importer: passthrough(),
		Schema: map[string]*schema.Schema{
			"arn": {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: isARN}, "owner": computed(), "policy": need(policyField(normalize)),
		},
	}
}

func defaultTopicPolicy(arn, owner string) string {
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},`+
		`"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish","SNS:Receive"],`+
		`"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, arn, owner)
}

// ---- aws_sns_topic_subscription

func topicSubscription() *schema.Resource {
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		var out *sns.GetSubscriptionAttributesOutput
		find := func() (err error) {
			out, err = m.(*meta).sns(regionOf(d, m)).GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: aws.String(d.Id())})
			if isCode(err, "NotFound") {
				return errNotFound
			}
			return err
		}
		if found, diags := lookUp(ctx, d, "SNS Topic Subscription", find); !found {
			return diags
		}
		d.Set("arn", out.Attributes["SubscriptionArn"])
		d.Set("topic_arn", out.Attributes["TopicArn"])
		d.Set("protocol", out.Attributes["Protocol"])
		d.Set("endpoint", out.Attributes["Endpoint"])
		d.Set("owner_id", out.Attributes["Owner"])
		d.Set("pending_confirmation", out.Attributes["PendingConfirmation"] == "true")
		d.Set("confirmation_was_authenticated", out.Attributes["ConfirmationWasAuthenticated"] == "true")
		return nil
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			out, err := m.(*meta).sns(regionOf(d, m)).Subscribe(ctx, &sns.SubscribeInput{
				TopicArn: aws.String(d.Get("topic_arn").(string)), Protocol: aws.String(d.Get("protocol").(string)), Endpoint: aws.String(d.Get("endpoint").(string)), ReturnSubscriptionArn: true})
			if err != nil {
				return failf("creating SNS Topic Subscription: %s", err)
			}
			d.SetId(aws.ToString(out.SubscriptionArn))
			return read(ctx, d, m)
		},
		ReadWithoutTimeout:   read,
		UpdateWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			_, err := m.(*meta).sns(regionOf(d, m)).Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: aws.String(d.Id())})
			// Nobody can delete a subscription that waits for its confirmation. AWS removes it later.
			if says(err, "InvalidParameter", "pending confirmation") {
				return nil
			}
			return deleted("SNS Topic Subscription", d, err, "NotFound")
		},
		Importer: passthrough(),
		Schema: map[string]*schema.Schema{
			"arn": computed(), "owner_id": computed(), "topic_arn": replacing(), "endpoint": replacing(),
			"protocol":             {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: oneOf("application", "email-json", "email", "firehose", "http", "https", "lambda", "sms", "sqs")},
			"pending_confirmation": {Type: schema.TypeBool, Computed: true}, "confirmation_was_authenticated": {Type: schema.TypeBool, Computed: true},
			"confirmation_timeout_in_minutes": {Type: schema.TypeInt, Optional: true, Default: 1},
			"endpoint_auto_confirms":          {Type: schema.TypeBool, Optional: true, Default: false},
			"raw_message_delivery":            {Type: schema.TypeBool, Optional: true, Default: false},
		},
	}
}

// ---- aws_cloudwatch_event_rule

func eventRule() *schema.Resource {
	fields := map[string]*schema.Schema{
		"arn": computed(), "description": text(), "role_arn": arnField(),
		"event_bus_name":      {Type: schema.TypeString, Optional: true, ForceNew: true, Default: "default"},
		"event_pattern":       {Type: schema.TypeString, Optional: true, AtLeastOneOf: []string{"schedule_expression", "event_pattern"}, ValidateFunc: validation.StringIsJSON, StateFunc: normalize},
		"force_destroy":       {Type: schema.TypeBool, Optional: true, Default: false},
		"is_enabled":          {Type: schema.TypeBool, Optional: true, ConflictsWith: []string{"state"}, DiffSuppressFunc: func(_, _, _ string, d *schema.ResourceData) bool { return !isGiven(d, "is_enabled") }},
		"schedule_expression": {Type: schema.TypeString, Optional: true, AtLeastOneOf: []string{"schedule_expression", "event_pattern"}},
		"state": {Type: schema.TypeString, Optional: true, ConflictsWith: []string{"is_enabled"}, ValidateFunc: oneOf("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
			DiffSuppressFunc: func(_, _, _ string, d *schema.ResourceData) bool { return !isGiven(d, "state") }},
		"tags": tagSchema(), "tags_all": tagAllSchema(),
	}
	nameFields(fields, validation.StringLenBetween(1, 64), validation.StringLenBetween(1, 38))
	put := func(ctx context.Context, d *schema.ResourceData, m any, name string) error {
		in := &eventbridge.PutRuleInput{Name: aws.String(name), EventBusName: aws.String(d.Get("event_bus_name").(string)), Description: given(d, "description"),
			EventPattern: jsonGiven(d, "event_pattern"), RoleArn: given(d, "role_arn"), ScheduleExpression: given(d, "schedule_expression"), Tags: eventTags(tagsIn(d, m.(*meta)))}
		if isGiven(d, "is_enabled") && !d.GetRawConfig().GetAttr("is_enabled").True() {
			in.State = eventtypes.RuleStateDisabled
		} else if v := d.GetRawConfig().GetAttr("state"); !v.IsNull() && v.IsKnown() {
			in.State = eventtypes.RuleState(v.AsString())
		}
		_, err := m.(*meta).events(regionOf(d, m)).PutRule(ctx, in)
		return err
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			name := nameFor(d)
			if err := put(ctx, d, m, name); err != nil {
				return failf("creating EventBridge Rule (%s): %s", name, err)
			}
			d.SetId(name)
			return readEventRule(ctx, d, m)
		},
		ReadWithoutTimeout: readEventRule,
		UpdateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			if d.HasChangesExcept("tags", "tags_all", "force_destroy") {
				if err := put(ctx, d, m, d.Id()); err != nil {
					return failf("updating EventBridge Rule (%s): %s", d.Id(), err)
				}
			}
			return readEventRule(ctx, d, m)
		},
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			err := retrying(ctx, func(err error) bool { return says(err, "ValidationException", "since it has targets") }, func() error {
				_, err := m.(*meta).events(regionOf(d, m)).DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: aws.String(d.Id()), EventBusName: aws.String(d.Get("event_bus_name").(string)), Force: d.Get("force_destroy").(bool)})
				return err
			})
			return deleted("EventBridge Rule", d, err, "ResourceNotFoundException")
		},
		Importer: passthrough(), Schema: fields,
	}
}

// isGiven says whether the program gives a value. GetOk cannot tell false from nothing.
func isGiven(d *schema.ResourceData, field string) bool {
	config := d.GetRawConfig()
	return !config.IsNull() && config.IsKnown() && !config.GetAttr(field).IsNull()
}

func readEventRule(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
	var out *eventbridge.DescribeRuleOutput
	find := func() (err error) {
		out, err = m.(*meta).events(regionOf(d, m)).DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(d.Id())})
		if isCode(err, "ResourceNotFoundException") {
			return errNotFound
		}
		return err
	}
	if found, diags := lookUp(ctx, d, "EventBridge Rule", find); !found {
		return diags
	}
	d.Set("arn", out.Arn)
	d.Set("description", out.Description)
	d.Set("event_bus_name", "default")
	d.Set("event_pattern", normalize(aws.ToString(out.EventPattern)))
	d.Set("is_enabled", out.State != eventtypes.RuleStateDisabled)
	d.Set("name", out.Name)
	d.Set("name_prefix", prefixOf(aws.ToString(out.Name)))
	d.Set("role_arn", out.RoleArn)
	d.Set("schedule_expression", out.ScheduleExpression)
	d.Set("state", out.State)
	return nil
}

func eventTags(tags map[string]string) (out []eventtypes.Tag) {
	for k, v := range tags {
		out = append(out, eventtypes.Tag{Key: aws.String(k), Value: aws.String(v)})
	}
	return out
}

var eventRuleTags = &tagging{
	list: func(ctx context.Context, m *meta, region, name string) (map[string]string, error) {
		arn := aws.String(fmt.Sprintf("arn:%s:events:%s:%s:rule/%s", m.partition, region, m.account, name))
		out, err := m.events(region).ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: arn})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		for _, t := range out.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		return tags, nil
	},
	update: func(ctx context.Context, m *meta, region, name string, set map[string]string, remove []string) (err error) {
		arn := aws.String(fmt.Sprintf("arn:%s:events:%s:%s:rule/%s", m.partition, region, m.account, name))
		if len(remove) > 0 {
			_, err = m.events(region).UntagResource(ctx, &eventbridge.UntagResourceInput{ResourceARN: arn, TagKeys: remove})
		}
		if err == nil && len(set) > 0 {
			_, err = m.events(region).TagResource(ctx, &eventbridge.TagResourceInput{ResourceARN: arn, Tags: eventTags(set)})
		}
		return err
	},
}

// ---- aws_cloudwatch_event_target

func eventTarget() *schema.Resource {
	failed := func(entries int) error {
		if entries > 0 {
			return fmt.Errorf("%d failed entries", entries)
		}
		return nil
	}
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		out, err := m.(*meta).events(regionOf(d, m)).ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: aws.String(d.Get("rule").(string))})
		var found *eventtypes.Target
		if err == nil {
			for i, t := range out.Targets {
				if aws.ToString(t.Id) == d.Get("target_id").(string) {
					found = &out.Targets[i]
				}
			}
		}
		if isCode(err, "ResourceNotFoundException") || (err == nil && found == nil) {
			err = errNotFound
		}
		if found, diags := wasFound(d, "EventBridge Target", err); !found {
			return diags
		}
		d.Set("arn", found.Arn)
		d.Set("event_bus_name", "default")
		d.Set("input", found.Input)
		d.Set("input_path", found.InputPath)
		d.Set("role_arn", found.RoleArn)
		d.Set("target_id", found.Id)
		if t := found.InputTransformer; t != nil {
			if err := d.Set("input_transformer", []any{map[string]any{"input_paths": t.InputPathsMap, "input_template": aws.ToString(t.InputTemplate)}}); err != nil {
				return failf("setting input_transformer: %s", err)
			}
		}
		return nil
	}
	put := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		target := eventtypes.Target{Id: aws.String(d.Get("target_id").(string)), Arn: aws.String(d.Get("arn").(string)), RoleArn: given(d, "role_arn"), Input: given(d, "input"), InputPath: given(d, "input_path")}
		if v := d.Get("input_transformer").([]any); len(v) > 0 && v[0] != nil {
			t := v[0].(map[string]any)
			target.InputTransformer = &eventtypes.InputTransformer{InputPathsMap: asText(t["input_paths"]), InputTemplate: aws.String(t["input_template"].(string))}
		}
		out, err := m.(*meta).events(regionOf(d, m)).PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String(d.Get("rule").(string)), Targets: []eventtypes.Target{target}})
		if err == nil {
			err = failed(len(out.FailedEntries))
		}
		if err != nil {
			return failf("creating EventBridge Target (%s): %s", d.Get("target_id"), err)
		}
		d.SetId(d.Get("rule").(string) + "-" + d.Get("target_id").(string))
		return read(ctx, d, m)
	}
	exclusive := func(field string) []string {
		var others []string
		for _, other := range []string{"input", "input_path", "input_transformer"} {
			if other != field {
				others = append(others, other)
			}
		}
		return others
	}
	transformer := block(1, map[string]*schema.Schema{"input_paths": textMap(), "input_template": {Type: schema.TypeString, Required: true, ValidateFunc: validation.StringLenBetween(1, 8192)}})
	transformer.ConflictsWith = exclusive("input_transformer")
	return &schema.Resource{
		CreateWithoutTimeout: put, UpdateWithoutTimeout: put, ReadWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			out, err := m.(*meta).events(regionOf(d, m)).RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: aws.String(d.Get("rule").(string)), Ids: []string{d.Get("target_id").(string)}, Force: d.Get("force_destroy").(bool)})
			if err == nil {
				err = failed(len(out.FailedEntries))
			}
			return deleted("EventBridge Target", d, err, "ResourceNotFoundException")
		},
		Importer: passthrough(),
		Schema: map[string]*schema.Schema{
			"arn": {Type: schema.TypeString, Required: true, ValidateFunc: isARN}, "rule": replacing(), "role_arn": arnField(),
			"event_bus_name":    {Type: schema.TypeString, Optional: true, ForceNew: true, Default: "default"},
			"force_destroy":     {Type: schema.TypeBool, Optional: true, Default: false},
			"input":             {Type: schema.TypeString, Optional: true, ConflictsWith: exclusive("input"), ValidateFunc: validation.StringLenBetween(0, 8192)},
			"input_path":        {Type: schema.TypeString, Optional: true, ConflictsWith: exclusive("input_path"), ValidateFunc: validation.StringLenBetween(0, 256)},
			"input_transformer": transformer,
			"target_id":         {Type: schema.TypeString, Optional: true, Computed: true, ForceNew: true, ValidateFunc: validation.StringLenBetween(1, 64)},
		},
	}
}

// ---- aws_scheduler_schedule

func schedule() *schema.Resource {
	only := func(fields map[string]*schema.Schema) *schema.Schema {
		b := block(1, fields)
		b.Optional, b.Required = false, true
		return b
	}
	fields := map[string]*schema.Schema{
		"arn": computed(), "description": {Type: schema.TypeString, Optional: true, ValidateFunc: validation.StringLenBetween(0, 512)},
		"action_after_completion":      {Type: schema.TypeString, Optional: true, Computed: true, ValidateFunc: oneOf("NONE", "DELETE")},
		"group_name":                   {Type: schema.TypeString, Optional: true, Computed: true, ForceNew: true},
		"schedule_expression":          {Type: schema.TypeString, Required: true, ValidateFunc: validation.StringLenBetween(1, 256)},
		"schedule_expression_timezone": {Type: schema.TypeString, Optional: true, Default: "UTC", ValidateFunc: validation.StringLenBetween(1, 50)},
		"state":                        {Type: schema.TypeString, Optional: true, Default: "ENABLED", ValidateFunc: oneOf("ENABLED", "DISABLED")},
		"flexible_time_window": only(map[string]*schema.Schema{
			"mode": {Type: schema.TypeString, Required: true, ValidateFunc: oneOf("OFF", "FLEXIBLE")}, "maximum_window_in_minutes": {Type: schema.TypeInt, Optional: true, ValidateFunc: validation.IntBetween(1, 1440)}}),
		"target": only(map[string]*schema.Schema{
			"arn": {Type: schema.TypeString, Required: true, ValidateFunc: isARN}, "role_arn": {Type: schema.TypeString, Required: true, ValidateFunc: isARN}, "input": text()}),
	}
	nameFields(fields, validation.StringLenBetween(1, 64), validation.StringLenBetween(1, 38))
	type request struct {
		window *scheduletypes.FlexibleTimeWindow
		target *scheduletypes.Target
	}
	in := func(d *schema.ResourceData) request {
		w := d.Get("flexible_time_window").([]any)[0].(map[string]any)
		t := d.Get("target").([]any)[0].(map[string]any)
		r := request{window: &scheduletypes.FlexibleTimeWindow{Mode: scheduletypes.FlexibleTimeWindowMode(w["mode"].(string))},
			target: &scheduletypes.Target{Arn: aws.String(t["arn"].(string)), RoleArn: aws.String(t["role_arn"].(string))}}
		if v := w["maximum_window_in_minutes"].(int); v > 0 {
			r.window.MaximumWindowInMinutes = aws.Int32(int32(v))
		}
		if v := t["input"].(string); v != "" {
			r.target.Input = aws.String(v)
		}
		return r
	}
	newRole := func(err error) bool {
		return says(err, "ValidationException", "The execution role you provide must allow")
	}
	split := func(id string) (*string, *string) {
		group, name, _ := strings.Cut(id, "/")
		return aws.String(group), aws.String(name)
	}
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		group, name := split(d.Id())
		out, err := m.(*meta).scheduler(regionOf(d, m)).GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: group, Name: name})
		if isCode(err, "ResourceNotFoundException") {
			err = errNotFound
		}
		if found, diags := wasFound(d, "EventBridge Scheduler Schedule", err); !found {
			return diags
		}
		d.Set("action_after_completion", out.ActionAfterCompletion)
		d.Set("arn", out.Arn)
		d.Set("description", out.Description)
		d.Set("group_name", out.GroupName)
		d.Set("name", out.Name)
		d.Set("name_prefix", prefixOf(aws.ToString(out.Name)))
		d.Set("schedule_expression", out.ScheduleExpression)
		d.Set("schedule_expression_timezone", out.ScheduleExpressionTimezone)
		d.Set("state", out.State)
		window := map[string]any{"mode": string(out.FlexibleTimeWindow.Mode), "maximum_window_in_minutes": int(aws.ToInt32(out.FlexibleTimeWindow.MaximumWindowInMinutes))}
		if err := d.Set("flexible_time_window", []any{window}); err != nil {
			return failf("setting flexible_time_window: %s", err)
		}
		target := map[string]any{"arn": aws.ToString(out.Target.Arn), "role_arn": aws.ToString(out.Target.RoleArn), "input": aws.ToString(out.Target.Input)}
		if err := d.Set("target", []any{target}); err != nil {
			return failf("setting target: %s", err)
		}
		return nil
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			name, r := nameFor(d), in(d)
			var out *scheduler.CreateScheduleOutput
			err := retrying(ctx, newRole, func() (err error) {
				out, err = m.(*meta).scheduler(regionOf(d, m)).CreateSchedule(ctx, &scheduler.CreateScheduleInput{Name: aws.String(name), GroupName: given(d, "group_name"), Description: given(d, "description"),
					ActionAfterCompletion: scheduletypes.ActionAfterCompletion(d.Get("action_after_completion").(string)), ScheduleExpression: given(d, "schedule_expression"),
					ScheduleExpressionTimezone: given(d, "schedule_expression_timezone"), State: scheduletypes.ScheduleState(d.Get("state").(string)), FlexibleTimeWindow: r.window, Target: r.target})
				return err
			})
			if err != nil {
				return failf("creating EventBridge Scheduler Schedule (%s): %s", name, err)
			}
			_, id, _ := strings.Cut(aws.ToString(out.ScheduleArn), "/")
			d.SetId(id)
			return read(ctx, d, m)
		},
		ReadWithoutTimeout: read,
		UpdateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			group, name := split(d.Id())
			r := in(d)
			err := retrying(ctx, newRole, func() error {
				_, err := m.(*meta).scheduler(regionOf(d, m)).UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{Name: name, GroupName: group, Description: given(d, "description"),
					ActionAfterCompletion: scheduletypes.ActionAfterCompletion(d.Get("action_after_completion").(string)), ScheduleExpression: given(d, "schedule_expression"),
					ScheduleExpressionTimezone: given(d, "schedule_expression_timezone"), State: scheduletypes.ScheduleState(d.Get("state").(string)), FlexibleTimeWindow: r.window, Target: r.target})
				return err
			})
			if err != nil {
				return failf("updating EventBridge Scheduler Schedule (%s): %s", d.Id(), err)
			}
			return read(ctx, d, m)
		},
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			group, name := split(d.Id())
			_, err := m.(*meta).scheduler(regionOf(d, m)).DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: group, Name: name})
			return deleted("EventBridge Scheduler Schedule", d, err, "ResourceNotFoundException")
		},
		Importer: passthrough(), Schema: fields,
	}
}
