// Command admission applies a MutatingAdmissionPolicy to Pods with the API server's own libraries: it compiles the
// policy's CEL in the environment of a version of Kubernetes, evaluates it, and merges the result into the Pod.
//
// usage: admission <major.minor> < {"policy": {...}, "requests": [{"operation", "subresource", "object", "oldObject"}]}
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/openapi/openapitest"
)

type request struct {
	Operation   admission.Operation `json:"operation"`
	Subresource string              `json:"subresource"`
	Object      *corev1.Pod         `json:"object"`
	OldObject   *corev1.Pod         `json:"oldObject"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var input struct {
		Policy   admissionv1.MutatingAdmissionPolicy `json:"policy"`
		Requests []request                           `json:"requests"`
	}
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&input); err != nil {
		return err
	}
	compatibility, err := version.ParseGeneric(os.Args[1])
	if err != nil {
		return err
	}
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(compatibility))
	if err != nil {
		return err
	}
	options := plugincel.OptionalVariableDeclarations{HasAuthorizer: true}
	for _, variable := range input.Policy.Spec.Variables {
		accessor := &validating.Variable{Name: variable.Name, Expression: variable.Expression}
		result := compiler.CompileAndStoreVariable(accessor, options, environment.NewExpressions)
		if result.Error != nil {
			return fmt.Errorf("variable %s: %w", variable.Name, result.Error)
		}
	}
	options.HasPatchTypes = true
	var patchers []patch.Patcher
	for _, mutation := range input.Policy.Spec.Mutations {
		condition := &patch.ApplyConfigurationCondition{Expression: mutation.ApplyConfiguration.Expression}
		evaluator := compiler.CompileMutatingEvaluator(condition, options, environment.NewExpressions)
		if failures := evaluator.CompilationErrors(); len(failures) > 0 {
			return errors.Join(failures...)
		}
		patchers = append(patchers, patch.NewApplyConfigurationPatcher(evaluator))
	}
	converter, err := podTypes()
	if err != nil {
		return err
	}
	pods := make([]runtime.Object, 0, len(input.Requests))
	for _, request := range input.Requests {
		var object runtime.Object = request.Object
		for _, patcher := range patchers {
			ctx := compiler.CreateContext(context.Background())
			prepared, err := patchRequest(request, object, converter)
			if err != nil {
				return err
			}
			if object, err = patcher.Patch(ctx, prepared, celconfig.RuntimeCELCostBudget); err != nil {
				return err
			}
		}
		pods = append(pods, object)
	}
	return json.NewEncoder(os.Stdout).Encode(pods)
}

func patchRequest(request request, object runtime.Object, converter managedfields.TypeConverter) (patch.Request, error) {
	kind := corev1.SchemeGroupVersion.WithKind("Pod")
	resource := corev1.SchemeGroupVersion.WithResource("pods")
	var old runtime.Object
	if request.OldObject != nil {
		old = request.OldObject
	}
	attributes := admission.NewAttributesRecord(object, old, kind, request.Object.Namespace, request.Object.Name,
		resource, request.Subresource, request.Operation, nil, false, nil)
	interfaces := admission.NewObjectInterfacesFromScheme(scheme.Scheme)
	versioned, err := admission.NewVersionedAttributes(attributes, kind, interfaces)
	return patch.Request{
		MatchedResource:     resource,
		VersionedAttributes: versioned,
		ObjectInterfaces:    interfaces,
		Namespace:           &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: request.Object.Namespace}},
		TypeConverter:       converter,
	}, err
}

// podTypes reads the Pod's schema from the OpenAPI document that client-go ships for its own tests.
func podTypes() (managedfields.TypeConverter, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	manager := patch.NewTypeConverterManager(nil, openapitest.NewEmbeddedFileClient())
	go manager.Run(ctx)
	var converter managedfields.TypeConverter
	err := wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(context.Context) (bool, error) {
		converter = manager.GetTypeConverter(corev1.SchemeGroupVersion.WithKind("Pod"))
		return converter != nil, nil
	})
	return converter, err
}
