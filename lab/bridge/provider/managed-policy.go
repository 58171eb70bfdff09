package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts: terraform-provider-aws internal/service/iam policy.go and role_policy_attachment.go.

func managedPolicy() *schema.Resource {
	fields := map[string]*schema.Schema{
		"arn": computed(), "attachment_count": {Type: schema.TypeInt, Computed: true}, "policy_id": computed(),
		"description": {Type: schema.TypeString, Optional: true, ForceNew: true},
		"path":        {Type: schema.TypeString, Optional: true, Default: "/", ForceNew: true},
		"policy":      need(policyField(normalize)),
		"tags":        tagSchema(), "tags_all": tagAllSchema(),
	}
	nameFields(fields, iamName(128), iamName(102))
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		out, err := m.(*meta).iam().GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(d.Id())})
		if isCode(err, "NoSuchEntity") {
			err = errNotFound
		}
		if found, diags := wasFound(d, "IAM Policy", err); !found {
			return diags
		}
		version, err := m.(*meta).iam().GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(d.Id()), VersionId: out.Policy.DefaultVersionId})
		if err != nil {
			return failf("reading IAM Policy (%s) version: %s", d.Id(), err)
		}
		d.Set("arn", out.Policy.Arn)
		d.Set("attachment_count", int(aws.ToInt32(out.Policy.AttachmentCount)))
		d.Set("description", out.Policy.Description)
		d.Set("name", out.Policy.PolicyName)
		d.Set("name_prefix", prefixOf(aws.ToString(out.Policy.PolicyName)))
		d.Set("path", out.Policy.Path)
		d.Set("policy_id", out.Policy.PolicyId)
		text, err := url.QueryUnescape(aws.ToString(version.PolicyVersion.Document))
		if err != nil {
			return diag.FromErr(err)
		}
		return setPolicy(d, "policy", text)
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			name := nameFor(d)
			out, err := m.(*meta).iam().CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String(name), PolicyDocument: aws.String(normalize(d.Get("policy"))),
				Description: given(d, "description"), Path: given(d, "path"), Tags: iamTags(tagsIn(d, m.(*meta)))})
			if err != nil {
				return failf("creating IAM Policy (%s): %s", name, err)
			}
			d.SetId(aws.ToString(out.Policy.Arn))
			return read(ctx, d, m)
		},
		ReadWithoutTimeout: read,
		UpdateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			if d.HasChange("policy") {
				c := m.(*meta).iam()
				out, err := c.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: aws.String(d.Id())})
				if err == nil && len(out.Versions) >= 5 {
					oldest := out.Versions[len(out.Versions)-1]
					_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: aws.String(d.Id()), VersionId: oldest.VersionId})
				}
				if err == nil {
					_, err = c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: aws.String(d.Id()), PolicyDocument: aws.String(normalize(d.Get("policy"))), SetAsDefault: true})
				}
				if err != nil {
					return failf("updating IAM Policy (%s): %s", d.Id(), err)
				}
			}
			return read(ctx, d, m)
		},
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			c := m.(*meta).iam()
			out, err := c.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: aws.String(d.Id())})
			if err == nil {
				for _, v := range out.Versions {
					if !v.IsDefaultVersion && err == nil {
						_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: aws.String(d.Id()), VersionId: v.VersionId})
					}
				}
			}
			if err == nil {
				_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(d.Id())})
			}
			return deleted("IAM Policy", d, err, "NoSuchEntity")
		},
		Importer: passthrough(), Schema: fields,
	}
}

var managedPolicyTags = &tagging{
	list: func(ctx context.Context, m *meta, _, arn string) (map[string]string, error) {
		out, err := m.iam().GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		for _, t := range out.Policy.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		return tags, nil
	},
	update: func(ctx context.Context, m *meta, _, arn string, set map[string]string, remove []string) (err error) {
		if len(remove) > 0 {
			_, err = m.iam().UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: aws.String(arn), TagKeys: remove})
		}
		if err == nil && len(set) > 0 {
			_, err = m.iam().TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: aws.String(arn), Tags: iamTags(set)})
		}
		return err
	},
}

func rolePolicyAttachment() *schema.Resource {
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		role, arn, _ := strings.Cut(d.Id(), "/")
		attached, err := attachedTo(ctx, m.(*meta), role)
		if err != nil && !isCode(err, "NoSuchEntity") {
			return failf("reading IAM Role Policy Attachment (%s): %s", d.Id(), err)
		}
		for _, each := range attached {
			if each == arn {
				d.Set("role", role)
				d.Set("policy_arn", arn)
				return nil
			}
		}
		if gone(d, errNotFound) {
			return nil
		}
		return diag.FromErr(errors.New("the attached policy is not there"))
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			role, arn := d.Get("role").(string), d.Get("policy_arn").(string)
			if _, err := m.(*meta).iam().AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String(role), PolicyArn: aws.String(arn)}); err != nil {
				return failf("attaching IAM Policy (%s) to IAM Role (%s): %s", arn, role, err)
			}
			d.SetId(role + "/" + arn)
			return read(ctx, d, m)
		},
		ReadWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			role, arn, _ := strings.Cut(d.Id(), "/")
			_, err := m.(*meta).iam().DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: aws.String(role), PolicyArn: aws.String(arn)})
			return deleted("IAM Role Policy Attachment", d, err, "NoSuchEntity")
		},
		Importer: passthrough(),
		Schema:   map[string]*schema.Schema{"role": replacing(), "policy_arn": {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: isARN}},
	}
}
