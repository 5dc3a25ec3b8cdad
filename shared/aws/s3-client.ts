// The part of S3's client that reading one object needs. A dynamic import of the whole module would bundle all of its calls.
export { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
