/**
 * The AWS services of the sandbox. Account files load in this order, because later resources refer to earlier ones.
 */
import { cloudcontrol } from './cloudcontrol/service.ts';
import { cloudformation } from './cloudformation/service.ts';
import { cloudtrail } from './cloudtrail/service.ts';
import { codedeploy } from './codedeploy/service.ts';
import { ecs } from './ecs/service.ts';
import { events } from './events/service.ts';
import { iam } from './iam/service.ts';
import { lambda } from './lambda/service.ts';
import { pipes } from './pipes/service.ts';
import { s3 } from './s3/service.ts';
import { scheduler } from './scheduler/service.ts';
import { sns } from './sns/service.ts';
import { ssm } from './ssm/service.ts';
import { states } from './states/service.ts';
import { sts } from './sts/service.ts';
import { tagging } from './tagging/service.ts';

export const services = [
  ecs,
  tagging,
  sns,
  s3,
  cloudtrail,
  iam,
  sts,
  codedeploy,
  cloudformation,
  states,
  events,
  scheduler,
  pipes,
  lambda,
  cloudcontrol,
  ssm,
] as const;
