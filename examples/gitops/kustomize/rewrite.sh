#!/bin/sh
# kustomize starts this in the folder of the kustomization.
exec pull-through-cache rewrite --rules rules.json
