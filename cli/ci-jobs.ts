// The CI jobs that `init` writes: a plan on each pull request that changes the settings. Both take a role in AWS by an OIDC
// token, which the AWS SDK exchanges itself, so no action of a third party and no key is needed.
import { program } from '../shared/domain/program.ts';

interface Job {
  readonly name: string;
  readonly text: string;
  readonly purpose: string;
  /** The next steps of the operator. */
  readonly steps: readonly string[];
}

export function jobs(version: string): Readonly<Record<'github' | 'gitlab', Job>> {
  const plan = `npx --yes ecs-revision-pruner@${version} plan --detailed-exitcode`;
  const role = `Create a role that the job may assume (OIDC), with the policy of: ${program()} permissions --policy`;
  return {
    github: {
      name: '.github/workflows/ecs-revisions.yml',
      text: github(plan),
      purpose: 'plans on pull requests that change the settings',
      steps: [role, 'Set the variables PRUNER_ROLE_ARN and AWS_REGION of the repository.'],
    },
    gitlab: {
      name: '.gitlab/ecs-revisions.yml',
      text: gitlab(plan),
      purpose: 'plans on merge requests that change the settings',
      steps: [
        role,
        'Set the CI/CD variables PRUNER_ROLE_ARN and PRUNER_REGION of the project.',
        "Add to .gitlab-ci.yml: include: [{ local: '.gitlab/ecs-revisions.yml' }]",
      ],
    },
  };
}

const github = (
  plan: string,
) => `# Shows on a pull request which ECS task definition revisions these settings would deregister. It changes nothing: give the
# role only the permissions for reading. Without \`paths\`, it plans on each pull request.
name: ECS revisions

on:
  pull_request:
    paths: [pruner.yml, .github/workflows/ecs-revisions.yml]

permissions: {}

concurrency:
  group: \${{ github.workflow }}-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  plan:
    name: Plan
    # A pull request from a fork gets no token.
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read
      id-token: write # the token that AWS exchanges for the role
    env:
      AWS_REGION: \${{ vars.AWS_REGION }}
      AWS_ROLE_ARN: \${{ vars.PRUNER_ROLE_ARN }}
      AWS_WEB_IDENTITY_TOKEN_FILE: \${{ github.workspace }}/../aws-token
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 24
          package-manager-cache: false
      - name: Get the token
        run: |
          curl --fail --silent --show-error --header "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
            "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
            jq --raw-output --exit-status .value > "$AWS_WEB_IDENTITY_TOKEN_FILE"
      # 0: nothing would be deregistered; 2: something would be, which fails no job; any other code is an error.
      - name: Plan
        run: |
          code=0
          ${plan} > ../plan.txt || code=$?
          cat ../plan.txt
          { echo '\`\`\`'; cat ../plan.txt; echo '\`\`\`'; } >> "$GITHUB_STEP_SUMMARY"
          case $code in
            0) echo '::notice title=ECS revisions::Nothing would be deregistered.' ;;
            2) echo '::warning title=ECS revisions::Revisions would be deregistered: see the summary of this job.' ;;
            *) exit "$code" ;;
          esac
`;

const gitlab = (
  plan: string,
) => `# Shows on a merge request which ECS task definition revisions these settings would deregister. It changes nothing: give the
# role only the permissions for reading. Without \`changes\`, it plans on each merge request.
ecs-revisions:
  image: node:24-slim
  timeout: 1 hour
  rules:
    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'
      changes: [pruner.yml, .gitlab/ecs-revisions.yml]
  id_tokens:
    AWS_TOKEN:
      aud: sts.amazonaws.com
  variables:
    AWS_REGION: $PRUNER_REGION
    AWS_ROLE_ARN: $PRUNER_ROLE_ARN
    AWS_WEB_IDENTITY_TOKEN_FILE: /tmp/aws-token
  script:
    - printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
    - ${plan}
  # 2: something would be deregistered, which shows as a warning; any other code is an error.
  allow_failure:
    exit_codes: [2]
`;
