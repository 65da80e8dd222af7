/**
 * The look of every page. The names of the variables are those of n8n's own forms, so that CSS written
 * for those works here. No rule loads anything.
 */
export const PAGE_STYLE = `
:root {
	color-scheme: light dark;
	--font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
	--font-size-body: 16px;
	--font-size-header: 22px;
	--font-size-label: 15px;
	--font-size-subheader: 14px;
	--color-background: #f6f7fa;
	--color-card-bg: #ffffff;
	--color-card-border: #dbdfe7;
	--color-header: #26282d;
	--color-label: #3d3f45;
	--color-html-text: #3d3f45;
	--color-html-link: #a42c17;
	--color-header-subtext: #5d6068;
	--color-input-border: #7f8694;
	--color-input-text: #26282d;
	--color-focus-border: #5a4cc2;
	--color-submit-btn-bg: #c43a22;
	--color-submit-btn-text: #ffffff;
	--color-error: #b3141f;
	--color-required: #b3141f;
	--border-radius-card: 8px;
	--border-radius-input: 6px;
	--padding-card: 24px;
	--padding-form-input: 10px;
	--container-width: 520px;
	--submit-btn-height: 48px;
	--checkbox-size: 18px;
}
@media (prefers-color-scheme: dark) {
	:root {
		--color-background: #15161a;
		--color-card-bg: #1e2026;
		--color-card-border: #343741;
		--color-header: #f2f3f5;
		--color-label: #e6e7ea;
		--color-html-text: #e6e7ea;
		--color-html-link: #ff9d8c;
		--color-header-subtext: #a9adb8;
		--color-input-border: #7b8090;
		--color-input-text: #f2f3f5;
		--color-focus-border: #b3a8ff;
		--color-submit-btn-bg: #ff8a75;
		--color-submit-btn-text: #1b0d0a;
		--color-error: #ff8f8a;
		--color-required: #ff8f8a;
	}
}
*, ::before, ::after { box-sizing: border-box; }
body {
	margin: 0;
	padding: 24px 12px;
	background: var(--color-background);
	color: var(--color-label);
	font: var(--font-size-body) / 1.5 var(--font-family);
	overflow-wrap: anywhere;
}
main { max-width: var(--container-width); margin: 0 auto; }
.card {
	padding: var(--padding-card);
	background: var(--color-card-bg);
	border: 1px solid var(--color-card-border);
	border-radius: var(--border-radius-card);
}
h1 { margin: 0 0 12px; color: var(--color-header); font-size: var(--font-size-header); line-height: 1.3; }
.message { margin: 0 0 20px; }
form { margin: 0; }
fieldset { min-width: 0; margin: 0 0 20px; padding: 0; border: 0; }
legend, .form-label { display: block; margin: 0 0 6px; padding: 0; font-size: var(--font-size-label); font-weight: 600; }
.form-group { margin: 0 0 20px; }
.required { color: var(--color-required); }
.form-input, select {
	display: block;
	width: 100%;
	min-height: 44px;
	padding: var(--padding-form-input);
	background: var(--color-card-bg);
	color: var(--color-input-text);
	border: 1px solid var(--color-input-border);
	border-radius: var(--border-radius-input);
	font: inherit;
}
textarea.form-input { min-height: 120px; resize: vertical; }
.choice { display: flex; gap: 10px; align-items: flex-start; padding: 8px 0; }
.choice input { flex: none; width: var(--checkbox-size); height: var(--checkbox-size); margin: 3px 0 0; accent-color: var(--color-submit-btn-bg); }
.html { color: var(--color-html-text); }
.html a { color: var(--color-html-link); }
.html table { border-collapse: collapse; }
.html td, .html th { padding: 4px 8px; border: 1px solid var(--color-card-border); text-align: start; }
.hint { margin: 4px 0 0; color: var(--color-header-subtext); font-size: var(--font-size-subheader); }
.error { margin: 4px 0 0; color: var(--color-error); font-size: var(--font-size-subheader); }
.alert { margin: 0 0 20px; padding: 12px; border: 1px solid var(--color-error); border-radius: var(--border-radius-input); color: var(--color-error); }
[aria-invalid='true'] { border-color: var(--color-error); }
button {
	width: 100%;
	min-height: var(--submit-btn-height);
	padding: 10px 20px;
	background: var(--color-submit-btn-bg);
	color: var(--color-submit-btn-text);
	border: 0;
	border-radius: var(--border-radius-input);
	font: inherit;
	font-weight: 600;
	cursor: pointer;
}
:focus-visible { outline: 3px solid var(--color-focus-border); outline-offset: 2px; }
dl { margin: 16px 4px 0; color: var(--color-header-subtext); font-size: var(--font-size-subheader); }
dt { float: left; clear: left; margin: 0 6px 0 0; }
dt::after { content: ':'; }
dd { margin: 0 0 2px; }
`;
