// The house's rules, so that ARCHITECTURE.md and CONTRIBUTING.md stay true without anybody
// remembering them. A rule that is switched off carries its reason.
import { basename, relative, sep } from 'node:path';
import js from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';
import { roomOf, roomOfImport, ROOMS } from './rooms.mjs';

const NODE = 'nodes/SmtpOAuthSendEmail';

/** What ships to users. */
const SOURCE = ['nodes/**/*.ts', 'credentials/**/*.ts'];

/** What serves us: run by tsx or Vitest, never packed. */
const WORKSHOP = [
	'test/**/*.ts',
	'sandbox/**/*.ts',
	'e2e/**/*.ts',
	'examples/**/*.ts',
	'bench/**/*.ts',
];

const noErrorsButAtTheRim = {
	name: 'n8n-workflow',
	importNames: ['NodeApiError', 'NodeOperationError'],
	allowTypeImports: true,
	message: 'Failures are data; only failure/node-errors.ts turns them into errors.',
};

/** Nodemailer is for transport/; its composer, its encoders and its address parser for message/. */
const nodemailerBeyond = (allowed) => ({
	regex: `^nodemailer(?:$|/${allowed.length ? `(?!lib/(?:${allowed.join('|')})(?:/|$))` : ''})`,
	message: allowed.length
		? `Here only ${allowed.join(' and ')} of nodemailer; the rest belongs to transport/.`
		: 'Only transport/ speaks SMTP, and only message/ composes: nodemailer stays there.',
});

const onlyTypesOf = (room) => ({
	regex: `/${room}/`,
	allowTypeImports: true,
	message: `Only types of ${room}/ may be known here.`,
});

const restrictedImports = ({ paths = [noErrorsButAtTheRim], patterns }) => ({
	'@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
});

const noBarrels = [
	{
		selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
		message: 'No barrels: import from the file that has the job.',
	},
	{
		selector: 'ImportExpression',
		message: 'Import statically: the arrows between the rooms are checked on static imports.',
	},
];

const noParameterReading = {
	selector:
		'MemberExpression[property.name="getNodeParameter"], Property[key.name="getNodeParameter"]',
	message: 'Only operations/**/read-*.ts and parameter-reader.ts read parameters.',
};

const noClockNoRandom = [
	{
		selector:
			'MemberExpression[object.name=/^(?:Date|performance)$/][property.name="now"], NewExpression[callee.name="Date"][arguments.length=0]',
		message: 'Pure code is handed the time (ARCHITECTURE.md, rule 3).',
	},
	{
		selector:
			'MemberExpression[object.name="Math"][property.name="random"], Identifier[name=/^random(?:UUID|Bytes|Int|FillSync)$/], Identifier[name="getRandomValues"]',
		message: 'Pure code is handed its randomness (ARCHITECTURE.md, rule 3).',
	},
];

const restrictedSyntax = (...entries) => ({ 'no-restricted-syntax': ['error', ...entries] });

/** Rules too small for a package of their own. */
const house = {
	rules: {
		'file-names': {
			meta: {
				type: 'suggestion',
				schema: [],
				messages: {
					case: 'Name the file in kebab-case; only *.node.ts and *.credentials.ts follow n8n.',
					job: '"{{name}}" says nothing about the file\'s job.',
				},
			},
			create: (context) => ({
				Program(node) {
					const name = basename(context.filename);
					const isOurs = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*\.m?[jt]s$/.test(name);
					const isN8n = /^[A-Z][A-Za-z0-9]*\.(?:node|credentials)\.ts$/.test(name);
					if (!isOurs && !isN8n) context.report({ node, messageId: 'case' });
					if (/^(?:index|utils?|helpers?|common|misc|shared)\./.test(name)) {
						context.report({ node, messageId: 'job', data: { name } });
					}
				},
			}),
		},
		arrows: {
			meta: {
				type: 'problem',
				schema: [],
				messages: {
					room: 'Say in ROOMS (rooms.mjs) which rooms {{room}} may know.',
					arrow: '{{room}} may know {{known}}, and not {{target}} (rooms.mjs).',
				},
			},
			create: (context) => {
				const file = relative(import.meta.dirname, context.filename)
					.split(sep)
					.join('/');
				const room = roomOf(file);
				if (room === undefined) return {};
				const known = ROOMS[room];
				return {
					Program(node) {
						if (known === undefined) context.report({ node, messageId: 'room', data: { room } });
					},
					ImportDeclaration(node) {
						const target = roomOfImport(file, node.source.value);
						if (known === undefined || target === undefined || target === room) return;
						if (known.includes(target)) return;
						const data = { room, target, known: known.join(', ') || 'no other room' };
						context.report({ node, messageId: 'arrow', data });
					},
				};
			},
		},
		'documented-exports': {
			meta: {
				type: 'suggestion',
				schema: [],
				messages: { missing: 'An export says in a docstring (/** … */) what it is for.' },
			},
			create: (context) => ({
				ExportNamedDeclaration(node) {
					const { declaration } = node;
					// A type alias mostly derives from the documented value or interface beside it.
					if (!declaration || declaration.type === 'TSTypeAliasDeclaration') return;
					const comment = context.sourceCode.getCommentsBefore(node).at(-1);
					if (comment?.type === 'Block' && comment.value.startsWith('*')) return;
					// Of overloads the first one carries the docstring.
					const siblings = node.parent.body;
					const before = siblings[siblings.indexOf(node) - 1];
					const nameBefore =
						before?.type === 'ExportNamedDeclaration' ? before.declaration?.id?.name : undefined;
					if (nameBefore && nameBefore === declaration.id?.name) return;
					context.report({ node, messageId: 'missing' });
				},
			}),
		},
	},
};

const communityRules = n8nCommunityNodesPlugin.configs.recommended.rules;

export default defineConfig(
	globalIgnores(['rooms.d.mts', 'dist/', 'coverage/', '.sandbox/', 'e2e/.n8n', 'e2e/.work/']),
	{
		linterOptions: {
			// No rule is silenced in place: either the code is right or this file says why not.
			noInlineConfig: true,
			reportUnusedDisableDirectives: 'error',
		},
		plugins: {
			house,
			'import-x': importX,
			'n8n-nodes-base': n8nNodesBase,
			'@n8n/community-nodes': n8nCommunityNodesPlugin,
		},
		settings: {
			// Without these import-x does not look into TypeScript files, and finds no cycle.
			'import-x/extensions': ['.ts'],
			'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
			'import-x/resolver-next': [
				createTypeScriptImportResolver({ project: 'tsconfig.check.json' }),
			],
		},
	},

	// --- All code --------------------------------------------------------------------------------
	{
		files: ['**/*.{js,mjs,ts,mts}'],
		extends: [js.configs.recommended],
		rules: {
			eqeqeq: 'error',
			// Mail is a protocol of lines: refusing control characters is our daily work.
			'no-control-regex': 'off',
			'house/file-names': 'error',
			'import-x/no-duplicates': 'error',
			'import-x/no-self-import': 'error',
		},
	},
	{
		files: ['gulpfile.js'],
		languageOptions: {
			sourceType: 'commonjs',
			globals: { exports: 'writable', require: 'readonly' },
		},
	},
	{
		// Outside of the tsconfigs, so without types.
		files: ['*.mts'],
		languageOptions: { parser: tseslint.parser },
	},
	{
		files: [...SOURCE, ...WORKSHOP],
		languageOptions: {
			parserOptions: {
				project: './tsconfig.check.json',
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: {
			'import-x/no-cycle': ['error', { ignoreExternal: true }],
			'house/arrows': 'error',
			// TypeScript reports both better.
			'no-undef': 'off',
			'no-unused-vars': 'off',
		},
	},

	// --- What ships ------------------------------------------------------------------------------
	{
		files: SOURCE,
		extends: [tseslint.configs.strictTypeChecked],
		rules: {
			'@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/prefer-nullish-coalescing': 'error',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/strict-boolean-expressions': ['error', { allowNullableBoolean: true }],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ requireDefaultForNonUnion: true },
			],
			'house/documented-exports': 'error',
			'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }],
			'import-x/no-restricted-paths': [
				'error',
				{
					basePath: import.meta.dirname,
					zones: [
						{
							target: ['./nodes', './credentials'],
							from: ['./test', './sandbox', './e2e', './examples', './bench'],
							message: 'What ships knows nothing of what serves us.',
						},
					],
				},
			],
			'max-lines': ['error', { max: 300, skipBlankLines: true }],
			'no-console': 'error',
			...restrictedImports({ patterns: [nodemailerBeyond([])] }),
			...restrictedSyntax(...noBarrels, noParameterReading, ...noClockNoRandom),
			...communityRules,
			// A node that opens sockets cannot be a Cloud node, whatever it imports. This one is for
			// self-hosted n8n, where Node.js' own modules and nodemailer are there to be used.
			'@n8n/community-nodes/no-restricted-imports': 'off',
		},
	},
	{
		files: [`${NODE}/message/**/*.ts`],
		rules: restrictedImports({
			patterns: [
				nodemailerBeyond(['mail-composer', 'mime-funcs', 'base64', 'addressparser']),
				onlyTypesOf('failure'),
			],
		}),
	},
	{
		files: [`${NODE}/transport/**/*.ts`],
		rules: restrictedImports({ patterns: [] }),
	},
	{
		files: [`${NODE}/failure/node-errors.ts`],
		rules: restrictedImports({ paths: [], patterns: [nodemailerBeyond([])] }),
	},
	{
		// The rooms with hands: sockets need time-outs, the process-wide registry hangs on
		// `globalThis`, and the operations hand clock and randomness down to the pure rooms.
		files: [`${NODE}/{operations,registry,timing,transport}/**/*.ts`],
		rules: {
			...restrictedSyntax(...noBarrels, noParameterReading),
			// For n8n Cloud, which cannot run this node (above).
			'@n8n/community-nodes/no-restricted-globals': 'off',
		},
	},
	{
		// The readers of parameters, and the one property whose value chooses the operation.
		files: [`${NODE}/operations/**/{read-*,parameter-reader,operation-property}.ts`],
		rules: restrictedSyntax(...noBarrels, ...noClockNoRandom),
	},
	{
		files: ['nodes/**/*.ts'],
		rules: {
			...n8nNodesBase.configs.nodes.rules,
			// These two know only the old string form, not NodeConnectionTypes, which the newer
			// plugin demands (node-connection-type-literal).
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...n8nNodesBase.configs.credentials.rules,
			// For n8n's own credentials, whose documentation is named by a slug; ours is a URL
			// (cred-class-field-documentation-url-not-http-url).
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: SOURCE,
		rules: {
			// It wants the alphabet; our options stand in the order of use, the default first.
			'n8n-nodes-base/node-param-options-type-unsorted-items': 'off',
		},
	},
	{
		files: [
			`${NODE}/operations/shared/parameters/mail-option-properties.ts`,
			`${NODE}/operations/alert/alert-properties.ts`,
		],
		rules: {
			// It would write "N8n" in "Append n8n Attribution"; n8n's own Send Email does not.
			'n8n-nodes-base/node-param-display-name-miscased': 'off',
		},
	},
	{
		files: ['credentials/providers/*.ts'],
		rules: {
			// It takes the published parameters of an authorization request for secrets.
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
		},
	},
	{
		files: ['package.json'],
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
		rules: {
			...n8nNodesBase.configs.community.rules,
			...communityRules,
			// SMTP is not HTTP: n8n's request helpers cannot send a message, so nodemailer is needed,
			// and bundling it would hide its version from audits. Rules out n8n Cloud, as said above.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
		},
	},

	// --- What serves us --------------------------------------------------------------------------
	{
		files: WORKSHOP,
		extends: [tseslint.configs.recommendedTypeChecked],
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ requireDefaultForNonUnion: true },
			],
			// Servers and stand-ins implement interfaces that want promises with nothing to wait for.
			'@typescript-eslint/require-await': 'off',
		},
	},
	{
		files: ['test/**/*.ts', 'e2e/**/*.test.ts'],
		rules: {
			// Vitest types its matchers within expectations (`expect.any(String)`) as `any`.
			'@typescript-eslint/no-unsafe-assignment': 'off',
		},
	},
);
