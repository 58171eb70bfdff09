import { blob, integer, list, required, string, structure } from "../../validation/shape";

/** Shapes that several operations of the Secrets Manager service model (API version 2017-10-17) share. */
export const secretId = string({ min: 1, max: 2048 });
export const clientRequestToken = string({ min: 32, max: 64 });
export const description = string({ max: 2048 });
export const kmsKeyId = string({ min: 0, max: 2048 });
export const secretString = string({ min: 1, max: 65536 });
export const secretBinary = blob({ min: 1, max: 65536 });
export const versionId = string({ min: 32, max: 64 });
export const versionStage = string({ min: 1, max: 256 });
export const versionStages = list(versionStage, { min: 1, max: 20 });
export const maxResults = integer({ min: 1, max: 100 });
export const nextToken = string({ min: 1, max: 4096 });
export const tags = list(structure({ Key: string({ min: 1, max: 128 }), Value: string({ min: 0, max: 256 }) }));
export const policy = string({ min: 1, max: 20480 });
export const secretOnly = structure({ SecretId: required(secretId) });
