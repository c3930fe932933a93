import { createHash } from 'node:crypto';

/** Paper, black rules, square corners, serif: nobody may take these pages for Amazon's or for the product's own. */
export const STYLE = `
*{box-sizing:border-box}
html{color-scheme:light}
body{margin:0;background:#fbfaf7;color:#1c1a1e;font:16px/1.5 Georgia,"Iowan Old Style","Times New Roman",serif}
.band{background:#4b2a5c;color:#fff;padding:9px 24px;font:600 13px/18px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;display:flex;gap:8px 20px;flex-wrap:wrap;border-bottom:4px double #fbfaf7;outline:1px solid #4b2a5c}
.band span+span{font-weight:400}
header{padding:18px 24px 0;max-width:1080px;margin:0 auto}
.top{display:flex;justify-content:space-between;gap:8px 16px;align-items:baseline;border-bottom:2px solid #1c1a1e;padding-bottom:10px;flex-wrap:wrap}
.top b{font-size:20px}
.who{display:flex;gap:4px 16px;flex-wrap:wrap;align-items:baseline;overflow-wrap:anywhere}
nav{display:flex;gap:6px 22px;padding:10px 0;border-bottom:1px solid #1c1a1e;font-size:15px;flex-wrap:wrap}
a{color:#1c1a1e}
nav a{padding:3px 0}
nav a[aria-current]{font-weight:700;text-decoration:none}
main{max-width:1080px;margin:0 auto;padding:24px;overflow-wrap:anywhere}
h1{font-size:26px;line-height:32px;font-weight:700;margin:0 0 6px}
h2{font-size:19px;line-height:26px;font-weight:700;margin:26px 0 6px}
.form h2{font-size:16px;margin:18px 0 0}
p{margin:0 0 12px}
.note{border:1px solid #8a6100;border-left-width:6px;background:#fff8e3;padding:10px 14px;margin:16px 0}
.wrong,.done{border:1px solid #1c1a1e;border-left-width:6px;background:#fff;padding:10px 14px;margin:16px 0}
.head{display:flex;justify-content:space-between;align-items:flex-start;gap:8px 16px;flex-wrap:wrap}
article{border-top:1px solid #1c1a1e;margin-top:18px}
article p:not(.s){white-space:pre-line}
article h2{margin-top:12px}
.bare{list-style:none;margin:0;padding:0}
table{border-collapse:collapse;width:100%;background:#fff;margin-top:18px;font-size:15px}
th,td{border:1px solid #1c1a1e;padding:10px 12px;text-align:left;vertical-align:top;overflow-wrap:break-word}
th{background:#efece4;font-weight:700}
.m{font:13px/20px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.s{color:#57525c;font-size:14px}
button,.b{font:600 15px/20px Georgia,serif;border:1.5px solid #1c1a1e;background:#fff;color:#1c1a1e;padding:6px 16px;border-radius:0;cursor:pointer;text-decoration:none;display:inline-block}
.k{background:#4b2a5c;border-color:#4b2a5c;color:#fff}
.plain{border:0;background:none;padding:3px 0;font-weight:400;text-decoration:underline}
button:focus-visible,a:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid #4b2a5c;outline-offset:2px}
.act{display:flex;gap:8px;flex-wrap:wrap;align-items:center}
.act form{margin:0}
.form{border:1px solid #1c1a1e;background:#fff;padding:24px 28px;max-width:680px;margin:8px auto 0}
.field{display:block;margin:14px 0}
.field span{display:block;font-weight:700;margin-bottom:4px}
.field input{width:100%;font:16px/22px Georgia,serif;padding:8px 10px;border:1.5px solid #1c1a1e;border-radius:0;background:#fff;color:#1c1a1e}
dl{display:grid;grid-template-columns:200px 1fr;gap:8px 16px;margin:16px 0}
dt{color:#57525c}
dd{margin:0}
ul{margin:6px 0 16px;padding-left:22px}
fieldset{border:0;margin:16px 0;padding:0}
legend{font-weight:700;padding:0;margin-bottom:6px}
.c{display:grid;grid-template-columns:24px 1fr;gap:8px;padding:10px 0}
.terms{border-top:1px solid #1c1a1e;border-bottom:1px solid #1c1a1e;padding:14px 0;margin:18px 0}
.terms .c{padding:0}
input[type=checkbox],input[type=radio]{width:18px;height:18px;margin:3px 0 0;accent-color:#4b2a5c}
details{max-width:680px;margin:20px auto 0;border-top:1px solid #1c1a1e;padding-top:10px}
summary{cursor:pointer}
@media (max-width:48em){
.band,header,main{padding-left:16px;padding-right:16px}
dl{grid-template-columns:1fr;gap:2px}
dd{margin-bottom:8px}
.form{padding:18px 16px}
table,tbody,tr,td{display:block;width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border:1px solid #1c1a1e;margin-bottom:12px;background:#fff}
td{border:0;padding:5px 12px}
td[data-l]{display:grid;grid-template-columns:130px minmax(0,1fr)}
td[data-l]::before{content:attr(data-l);color:#57525c;font:14px/20px Georgia,serif}
td:last-child{padding-bottom:14px}
button,.b{min-height:44px}
a.b{padding-top:11px}
}
`;

/** The only style the pages' content security policy lets through. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
