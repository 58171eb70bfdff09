package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// Facts: terraform-provider-aws internal/service/ecr repository.go, lifecycle_policy.go, repository_policy.go.

func repository() *schema.Resource {
	fields := creationTemplate().Schema
	encryption, mutability, filters := fields["encryption_configuration"], fields["image_tag_mutability"], fields["image_tag_mutability_exclusion_filter"]
	encryption.ForceNew = true
	scanning := block(1, map[string]*schema.Schema{"scan_on_push": {Type: schema.TypeBool, Required: true}})
	scanning.DiffSuppressFunc = encryption.DiffSuppressFunc
	scan := func(d *schema.ResourceData) *types.ImageScanningConfiguration {
		v := d.Get("image_scanning_configuration").([]any)
		return &types.ImageScanningConfiguration{ScanOnPush: len(v) > 0 && v[0] != nil && v[0].(map[string]any)["scan_on_push"].(bool)}
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			name := d.Get("name").(string)
			in := &ecr.CreateRepositoryInput{RepositoryName: aws.String(name), ImageTagMutability: types.ImageTagMutability(d.Get("image_tag_mutability").(string)),
				ImageTagMutabilityExclusionFilters: filtersIn(d.Get("image_tag_mutability_exclusion_filter").([]any)), Tags: ecrTagsOf(tagsIn(d, m.(*meta))), ImageScanningConfiguration: scan(d)}
			if e := encryptionIn(d.Get("encryption_configuration").([]any)); e != nil {
				in.EncryptionConfiguration = &types.EncryptionConfiguration{EncryptionType: e.EncryptionType, KmsKey: e.KmsKey}
			}
			out, err := m.(*meta).ecr(regionOf(d, m)).CreateRepository(ctx, in)
			if err != nil {
				return failf("creating ECR Repository (%s): %s", name, err)
			}
			d.SetId(aws.ToString(out.Repository.RepositoryName))
			return readRepository(ctx, d, m)
		},
		ReadWithoutTimeout: readRepository,
		UpdateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			c := m.(*meta).ecr(regionOf(d, m))
			if d.HasChanges("image_tag_mutability", "image_tag_mutability_exclusion_filter") {
				if _, err := c.PutImageTagMutability(ctx, &ecr.PutImageTagMutabilityInput{RepositoryName: aws.String(d.Id()), ImageTagMutability: types.ImageTagMutability(d.Get("image_tag_mutability").(string)),
					ImageTagMutabilityExclusionFilters: filtersIn(d.Get("image_tag_mutability_exclusion_filter").([]any))}); err != nil {
					return failf("updating ECR Repository (%s): %s", d.Id(), err)
				}
			}
			if d.HasChange("image_scanning_configuration") {
				if _, err := c.PutImageScanningConfiguration(ctx, &ecr.PutImageScanningConfigurationInput{RepositoryName: aws.String(d.Id()), ImageScanningConfiguration: scan(d)}); err != nil {
					return failf("updating ECR Repository (%s): %s", d.Id(), err)
				}
			}
			return readRepository(ctx, d, m)
		},
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			_, err := m.(*meta).ecr(regionOf(d, m)).DeleteRepository(ctx, &ecr.DeleteRepositoryInput{RepositoryName: aws.String(d.Id()), Force: d.Get("force_delete").(bool)})
			return deleted("ECR Repository", d, err, "RepositoryNotFoundException")
		},
		Importer: passthrough(),
		Schema: map[string]*schema.Schema{
			"arn": computed(), "registry_id": computed(), "repository_url": computed(), "force_delete": flag(),
			"name":                         {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: validation.StringLenBetween(2, 256)},
			"encryption_configuration":     encryption,
			"image_scanning_configuration": scanning, "image_tag_mutability": mutability, "image_tag_mutability_exclusion_filter": filters,
			"tags": tagSchema(), "tags_all": tagAllSchema(),
		},
	}
}

func readRepository(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
	var r types.Repository
	find := func() error {
		out, err := m.(*meta).ecr(regionOf(d, m)).DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RepositoryNames: []string{d.Id()}})
		if isCode(err, "RepositoryNotFoundException") {
			return errNotFound
		}
		if err == nil {
			r = out.Repositories[0]
		}
		return err
	}
	if found, diags := lookUp(ctx, d, "ECR Repository", find); !found {
		return diags
	}
	d.Set("arn", r.RepositoryArn)
	d.Set("name", r.RepositoryName)
	d.Set("registry_id", r.RegistryId)
	d.Set("repository_url", r.RepositoryUri)
	d.Set("image_tag_mutability", r.ImageTagMutability)
	if e := r.EncryptionConfiguration; e != nil {
		d.Set("encryption_configuration", []any{map[string]any{"encryption_type": string(e.EncryptionType), "kms_key": aws.ToString(e.KmsKey)}})
	}
	if s := r.ImageScanningConfiguration; s != nil {
		d.Set("image_scanning_configuration", []any{map[string]any{"scan_on_push": s.ScanOnPush}})
	}
	d.Set("image_tag_mutability_exclusion_filter", filtersOut(r.ImageTagMutabilityExclusionFilters))
	return nil
}

func ecrTagsOf(tags map[string]string) (out []types.Tag) {
	for k, v := range tags {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(v)})
	}
	return out
}

var repositoryTags = &tagging{
	list: func(ctx context.Context, m *meta, region, name string) (map[string]string, error) {
		out, err := m.ecr(region).ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: repositoryArn(m, region, name)})
		if err != nil {
			return nil, err
		}
		return tagsOut(out.Tags), nil
	},
	update: func(ctx context.Context, m *meta, region, name string, set map[string]string, remove []string) (err error) {
		if len(remove) > 0 {
			_, err = m.ecr(region).UntagResource(ctx, &ecr.UntagResourceInput{ResourceArn: repositoryArn(m, region, name), TagKeys: remove})
		}
		if err == nil && len(set) > 0 {
			_, err = m.ecr(region).TagResource(ctx, &ecr.TagResourceInput{ResourceArn: repositoryArn(m, region, name), Tags: ecrTagsOf(set)})
		}
		return err
	},
}

func repositoryArn(m *meta, region, name string) *string {
	return aws.String("arn:" + m.partition + ":ecr:" + region + ":" + m.account + ":repository/" + name)
}

// document is a policy of a repository: aws_ecr_lifecycle_policy and aws_ecr_repository_policy.
func document(what string, policy *schema.Schema, codes []string,
	put func(context.Context, *ecr.Client, string, string) error, get func(context.Context, *ecr.Client, string) (text, registry *string, err error), remove func(context.Context, *ecr.Client, string) error) *schema.Resource {
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		var found, registry *string
		find := func() (err error) {
			found, registry, err = get(ctx, m.(*meta).ecr(regionOf(d, m)), d.Id())
			if isCode(err, codes...) {
				return errNotFound
			}
			return err
		}
		if found, diags := lookUp(ctx, d, what, find); !found {
			return diags
		}
		d.Set("registry_id", registry)
		d.Set("repository", d.Id())
		if policy.ForceNew {
			if !sameLifecycle(d.Get("policy").(string), aws.ToString(found)) {
				d.Set("policy", normalize(aws.ToString(found)))
			}
			return nil
		}
		return setPolicy(d, "policy", aws.ToString(found))
	}
	write := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		name := d.Get("repository").(string)
		if err := put(ctx, m.(*meta).ecr(regionOf(d, m)), name, normalize(d.Get("policy"))); err != nil {
			return failf("setting %s (%s): %s", what, name, err)
		}
		d.SetId(name)
		return read(ctx, d, m)
	}
	r := &schema.Resource{
		CreateWithoutTimeout: write, ReadWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			return deleted(what, d, remove(ctx, m.(*meta).ecr(regionOf(d, m)), d.Id()), codes...)
		},
		Importer: passthrough(),
		Schema:   map[string]*schema.Schema{"repository": replacing(), "policy": policy, "registry_id": computed()},
	}
	r.UpdateWithoutTimeout = write
	return r
}

func lifecyclePolicy() *schema.Resource {
	policy := &schema.Schema{Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: validation.StringIsJSON, DiffSuppressOnRefresh: true, StateFunc: normalize,
		DiffSuppressFunc: func(_, old, new string, _ *schema.ResourceData) bool { return sameLifecycle(old, new) }}
	return document("ECR Lifecycle Policy", policy, []string{"RepositoryNotFoundException", "LifecyclePolicyNotFoundException"},
		func(ctx context.Context, c *ecr.Client, name, text string) error {
			_, err := c.PutLifecyclePolicy(ctx, &ecr.PutLifecyclePolicyInput{RepositoryName: aws.String(name), LifecyclePolicyText: aws.String(text)})
			return err
		},
		func(ctx context.Context, c *ecr.Client, name string) (*string, *string, error) {
			out, err := c.GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RepositoryName: aws.String(name)})
			if err != nil {
				return nil, nil, err
			}
			return out.LifecyclePolicyText, out.RegistryId, nil
		},
		func(ctx context.Context, c *ecr.Client, name string) error {
			_, err := c.DeleteLifecyclePolicy(ctx, &ecr.DeleteLifecyclePolicyInput{RepositoryName: aws.String(name)})
			return err
		})
}

func repositoryPolicy() *schema.Resource {
	return document("ECR Repository Policy", need(policyField(normalize)), []string{"RepositoryNotFoundException", "RepositoryPolicyNotFoundException"},
		func(ctx context.Context, c *ecr.Client, name, text string) error {
			return retrying(ctx, func(err error) bool {
				return says(err, "InvalidParameterException", "Invalid repository policy provided")
			}, func() error {
				_, err := c.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String(name), PolicyText: aws.String(text)})
				return err
			})
		},
		func(ctx context.Context, c *ecr.Client, name string) (*string, *string, error) {
			out, err := c.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(name)})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyText, out.RegistryId, nil
		},
		func(ctx context.Context, c *ecr.Client, name string) error {
			_, err := c.DeleteRepositoryPolicy(ctx, &ecr.DeleteRepositoryPolicyInput{RepositoryName: aws.String(name)})
			return err
		})
}

// ---- aws_ecr_pull_time_update_exclusion: after the API's model, the provider's source was not read.

func pullTimeUpdateExclusion() *schema.Resource {
	read := func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
		out, err := m.(*meta).ecr(regionOf(d, m)).ListPullTimeUpdateExclusions(ctx, &ecr.ListPullTimeUpdateExclusionsInput{MaxResults: aws.Int32(1000)})
		if err != nil {
			return failf("reading ECR Pull Time Update Exclusion (%s): %s", d.Id(), err)
		}
		for _, arn := range out.PullTimeUpdateExclusions {
			if arn == d.Id() {
				d.Set("principal_arn", arn)
				return nil
			}
		}
		d.SetId("")
		return nil
	}
	return &schema.Resource{
		CreateWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			arn := d.Get("principal_arn").(string)
			if _, err := m.(*meta).ecr(regionOf(d, m)).RegisterPullTimeUpdateExclusion(ctx, &ecr.RegisterPullTimeUpdateExclusionInput{PrincipalArn: aws.String(arn)}); err != nil {
				return failf("creating ECR Pull Time Update Exclusion (%s): %s", arn, err)
			}
			d.SetId(arn)
			return read(ctx, d, m)
		},
		ReadWithoutTimeout: read, UpdateWithoutTimeout: read,
		DeleteWithoutTimeout: func(ctx context.Context, d *schema.ResourceData, m any) diag.Diagnostics {
			_, err := m.(*meta).ecr(regionOf(d, m)).DeregisterPullTimeUpdateExclusion(ctx, &ecr.DeregisterPullTimeUpdateExclusionInput{PrincipalArn: aws.String(d.Id())})
			return deleted("ECR Pull Time Update Exclusion", d, err, "ExclusionNotFoundException")
		},
		Importer: passthrough(),
		Schema:   map[string]*schema.Schema{"principal_arn": {Type: schema.TypeString, Required: true, ForceNew: true, ValidateFunc: isARN}},
	}
}
