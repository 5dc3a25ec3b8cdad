// The style of the page: system fonts, light and dark, paper, and widths from 360 pixels. Text has a contrast of at least 7:1
// on every ground, marks have 3:1.

const source = `
:root{color-scheme:light dark;--bg:#fdfdfc;--ink:#16181d;--quiet:#454a54;--line:#d5d8dd;--card:#f4f4f1;
--d:#0b4f94;--w:#8a5a00;--h:#7a2e8e;--k:#8a909b;--l:#b3261e;
--OK:#0f5a34;--PREVIEW:#0b4f94;--ACTION:#6e4300;--HELD:#6c2480;--FAILED:#98140e;--on:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#14161a;--ink:#eceef1;--quiet:#bcc1ca;--line:#3a3f48;--card:#1d2025;
--d:#7db8f5;--w:#e6b455;--h:#d79ee8;--k:#737a86;--l:#ff8a80;
--OK:#7fd6a4;--PREVIEW:#8cc3ff;--ACTION:#f0c267;--HELD:#e0b0ee;--FAILED:#ffa39b;--on:#14161a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:1136px;margin:0 auto;padding:40px clamp(16px,4vw,48px) 96px}
header{margin-bottom:24px}
.where{display:flex;flex-wrap:wrap;gap:2px 24px;margin:0;color:var(--quiet);font-size:15px}
h1{margin:20px 0 8px;font-size:clamp(28px,4.6vw,44px);line-height:1.15;font-weight:650;letter-spacing:-.02em;text-wrap:balance}
.badge{display:inline-block;vertical-align:.16em;margin-right:.3em;padding:.22em .55em;border-radius:5px;font-size:.42em;line-height:1.2;letter-spacing:.05em;color:var(--on)}
.OK{background:var(--OK)}.PREVIEW{background:var(--PREVIEW)}.ACTION,.PARTIAL{background:var(--ACTION)}.HELD,.PAUSED,.OTHER{background:var(--HELD)}.FAILED,.SILENT{background:var(--FAILED)}
.lead{max-width:44em;margin:0;font-size:18px}
nav{margin:0 0 8px;color:var(--quiet);font-size:15px}
nav a{display:inline-block;padding:4px 0;margin-right:18px}
a{color:inherit;text-underline-offset:3px}
section{margin-top:56px}
h2{margin:0 0 16px;font-size:24px;line-height:1.25;font-weight:650;letter-spacing:-.01em}
h3{margin:0 0 8px;font-size:16px;font-weight:650}
p{margin:0 0 12px;max-width:44em}
:focus-visible{outline:3px solid var(--d);outline-offset:2px}
pre{margin:0 0 12px;padding:10px 12px;background:var(--card);border-radius:6px;font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;user-select:all}
code{font:inherit}
.items{margin:0;padding:0;list-style:none;counter-reset:item}
.items li{position:relative;padding:14px 0 2px 44px;border-top:1px solid var(--line);counter-increment:item}
.items li::before{content:counter(item);position:absolute;left:0;top:14px;width:26px;height:26px;border-radius:50%;background:var(--ACTION);color:var(--on);font-size:14px;font-weight:650;line-height:26px;text-align:center}
.problem{font-weight:600}
.account dl{display:flex;flex-wrap:wrap;gap:16px 40px;margin:16px 0 0}
.account dt{color:var(--quiet);font-size:15px}
.account dd{margin:0;font-size:28px;font-weight:600;line-height:1.2;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.account .total{margin-left:auto}
nav+.account{margin-top:20px}
.sums{margin-top:24px;padding-top:8px;border-top:1px solid var(--line)}
.names a{display:inline-block}
.at+.data{margin:0 0 12px}
.names{margin:8px 0;padding:0;list-style:none;columns:280px;font-size:15px}
.s{display:block;width:100%;max-width:320px}
.s.whole{max-width:none;height:28px;border-radius:4px}
.s.swatch{display:inline-block;width:14px;height:14px;vertical-align:-1px;margin-right:2px}
.s .d{fill:url(#pd)}.s .w{fill:url(#pw)}.s .h{fill:url(#ph)}.s .k{fill:url(#pk)}.s .l{fill:url(#pl)}
.s.c .d{fill:url(#cd)}.s.c .w{fill:url(#cw)}.s.c .h{fill:url(#ch)}.s.c .k{fill:url(#ck)}.s.c .l{fill:url(#cl)}
.s .f{fill:var(--OK)}
.patterns{position:absolute}
#pd,#cd{fill:var(--d)}#pw,#cw{fill:var(--w)}#ph,#ch{fill:var(--h)}#pk,#ck{fill:var(--k)}#pl,#cl{fill:var(--l)}
.cut{fill:var(--bg)}
.charts,.pair{display:grid;gap:32px 48px}
.charts{margin-top:40px}
@media (min-width:800px){.charts,.pair{grid-template-columns:1fr 1fr}.charts.three{grid-template-columns:1fr 1fr 1fr;gap:32px}}
.three{margin-top:0}
.curve{margin:0}
.curve figcaption{margin-bottom:4px;font-weight:600}
.curve svg{display:block;width:100%;max-width:520px}
.curve text{fill:var(--quiet);font-size:11px}
.curve .end{text-anchor:end}
.grid{stroke:var(--line)}
.column{fill:var(--d)}
.area{fill:var(--d);fill-opacity:.12}
.line,.forecast{fill:none;stroke:var(--d);stroke-width:2}
.forecast{stroke-dasharray:2 4}
.curve circle{fill:var(--d)}
table{border-collapse:collapse;width:100%;font-size:15px}
caption{text-align:left;font-weight:600;padding-bottom:6px}
th,td{padding:6px 12px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{font-weight:500}
thead th{color:var(--quiet);font-size:14px;font-weight:500;vertical-align:bottom}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.small .badge{margin:0;vertical-align:0;font-size:13px}
.night{display:block;width:120px;height:10px;margin-top:6px;fill:var(--d)}
.scroll{overflow-x:auto;margin-bottom:20px}
.small{min-width:560px}
.small th,.small td{overflow-wrap:break-word}
.small time{white-space:nowrap}
.bars .bar{width:120px;min-width:64px;padding-top:12px}
.bars svg{display:block;width:100%;height:10px;fill:var(--k)}
.bars .note{color:var(--quiet)}
.bars .prose{width:44%}
.more{margin-top:8px;color:var(--quiet);font-size:15px}
summary{cursor:pointer}
.data{margin-top:16px}
.data summary{padding:4px 0;color:var(--quiet);font-size:15px}
form{display:flex;flex-wrap:wrap;gap:12px 20px;align-items:end;margin:20px 0}
form[hidden]{display:none}
label{display:block;color:var(--quiet);font-size:14px}
input,select,button{font:inherit;font-size:16px;color:var(--ink);background:var(--bg);border:1px solid var(--k);border-radius:5px;min-height:38px;padding:4px 10px}
input,select{display:block;max-width:100%;width:160px}
form button{cursor:pointer}
output{color:var(--quiet);font-size:15px;padding-bottom:7px}
.rows,.rows thead,.rows tbody{display:block}
.rows tr{display:grid;column-gap:12px;border-bottom:1px solid var(--line)}
.rows tr[hidden]{display:none}
.rows th,.rows td{padding:8px 0;border:0}
.many tbody tr{content-visibility:auto;contain-intrinsic-size:auto 41px}
.rows th button{min-height:0;border:0;padding:0;background:none;color:inherit;font:inherit;text-align:inherit;text-decoration:underline;text-underline-offset:3px;cursor:pointer}
[aria-sort=ascending] button::after{content:" \\2191"}
[aria-sort=descending] button::after{content:" \\2193"}
.families tr{grid-template-columns:minmax(0,1fr) 320px 76px 104px 76px 68px 68px}
.families td{grid-row:1;text-align:right;font-variant-numeric:tabular-nums}
.families td:nth-child(2){grid-column:2;padding-top:13px}
.families td:nth-child(3){grid-column:3}.families td:nth-child(4){grid-column:4}.families td:nth-child(5){grid-column:5}.families td:nth-child(6){grid-column:6}.families td:nth-child(7){grid-column:7}
.families thead th{text-align:right}
.families thead th:nth-child(-n+2){text-align:left}
.families tbody th{grid-area:1/1/3/-1;font-weight:600;pointer-events:none}
.families summary{max-width:calc(100% - 784px);width:fit-content;pointer-events:auto}
.families ul{margin:10px 0 6px;padding:0 0 0 20px;list-style:none;font-weight:400;pointer-events:auto}
.families li{padding:3px 0 3px 14px;border-left:3px solid var(--line)}
.families li.d{border-color:var(--d)}.families li.w{border-color:var(--w);border-left-style:dotted}.families li.h{border-color:var(--h);border-left-style:double}.families li.k{border-color:var(--k)}.families li.l{border-color:var(--l);border-left-style:dashed}
.targets tr{grid-template-columns:minmax(0,1fr) 118px 54px 84px 144px 66px 98px 72px 56px}
.targets tbody th{font-weight:600}
.targets small{color:var(--quiet);font-size:13px;font-weight:400}
.targets td:nth-child(5){white-space:nowrap}
.targets :is(td,th):nth-child(n+6):nth-child(-n+8){text-align:right;font-variant-numeric:tabular-nums}
.targets .badge,.cells .badge,.legend .badge{margin:0;vertical-align:0;font-size:12px}
:is(.targets,.cells,.legend) .OK{background:none;color:var(--OK);box-shadow:inset 0 0 0 1px}
.legend{display:flex;flex-wrap:wrap;gap:6px 24px;margin:0 0 16px;font-size:14px}
.legend div{display:flex;gap:8px;align-items:center}
.legend dd{margin:0;color:var(--quiet)}
.legend svg,.cells svg{width:60px;height:14px;fill:none;stroke:var(--d);stroke-width:1.5;vertical-align:-2px}
.matrix{overflow:auto;border:1px solid var(--line);border-radius:6px}
.matrix.tall{max-height:80vh}
.cells{display:block;width:max-content;min-width:100%;font-size:13px}
.cells thead,.cells tbody{display:block}
.cells tr{display:grid;grid:auto/clamp(128px,24vw,220px);grid-auto-flow:column;grid-auto-columns:168px;border:0}
.tall tbody tr{content-visibility:auto;contain-intrinsic-size:auto 58px}
.cells th,.cells td{padding:8px 10px;border:0;border-right:1px solid var(--line)}
.cells tbody :is(th,td){border-top:1px solid var(--line)}
.cells th:first-child{position:sticky;left:0;z-index:1;background:var(--bg)}
.cells thead{position:sticky;top:0;z-index:2;background:var(--bg)}
.cells tbody th{font-weight:600}
.cells small{display:block;white-space:nowrap;color:var(--quiet);font-size:13px;font-weight:400}
.cells td{line-height:1.6;white-space:nowrap}
.cells td:empty{background:var(--card)}
.cells td:empty::after{content:"\\2013" / "not deployed";color:var(--quiet)}
.paper{display:none}
@media (max-width:1000px){
.families tr{grid-template-columns:minmax(0,1fr) 160px 60px 92px 64px 44px 48px}
.families summary{max-width:calc(100% - 554px)}
}
@media (max-width:1000px){
.targets thead{display:none}
.targets.sortable thead{display:block}
.targets thead tr{display:flex;flex-wrap:wrap;gap:4px 16px;border:0}
.targets tbody tr{display:flex;flex-wrap:wrap;gap:2px 16px;padding:10px 0;contain-intrinsic-size:auto 92px}
.targets tbody th,.targets td{padding:0}
.targets tbody th{flex:1 0 100%}
.targets td:empty{display:none}
.targets td:nth-child(n+5)::before{color:var(--quiet);font-size:14px;content:"began "}
.targets td:nth-child(6)::before{content:"ACTIVE "}.targets td:nth-child(7)::before{content:"deregistered "}.targets td:nth-child(8)::before{content:"backlog "}.targets td:nth-child(9)::before{content:"version "}
}
@media (max-width:760px){
.families thead{display:none}
.families.sortable thead{display:block}
.families thead tr{display:flex;flex-wrap:wrap;gap:4px 16px;border:0}
.families thead .strip{display:none}
.families tbody tr{display:flex;flex-wrap:wrap;gap:2px 16px;padding:10px 0;contain-intrinsic-size:auto 92px}
.families tbody th,.families td,.families tbody th+td{padding:0;flex:none;text-align:left}
.families tbody th,.families tbody th+td{flex:1 0 100%}
.families summary{max-width:none}
.families td:empty{display:none}
.families td:nth-child(n+3)::before{color:var(--quiet);font-size:14px;content:"ACTIVE "}
.families td.d::before{content:"Deregister " !important}.families td.w::before{content:"Deferred " !important}.families td.h::before{content:"Hold " !important}.families td.k::before{content:"Kept " !important}
.families.done td.d::before{content:"Deregistered " !important}
}
@media (max-width:560px){
.badge{display:block;width:fit-content;margin:0 0 10px;font-size:15px}
.targets .badge,.cells .badge,.legend .badge{display:inline-block}
.account dl{display:grid;grid-template-columns:1fr auto;gap:8px}
.account dl div{display:contents}
.account dd{font-size:18px;text-align:right}
.account .total{margin:0}
.bars thead{display:none}
.bars tr{display:grid;grid-template-columns:1fr auto 88px;column-gap:12px;padding:6px 0;border-bottom:1px solid var(--line)}
.bars th,.bars td,.bars .bar,.bars .prose{width:auto;padding:0;border:0}
.bars .bar{align-self:center}
.bars .note{grid-column:1/-1}
}
.facts{margin:16px 0 0;font-size:15px}
.facts div{display:flex;flex-wrap:wrap;gap:0 16px;padding:4px 0}
.facts dt{min-width:8em;color:var(--quiet)}
.facts dd{margin:0}
@media print{
:root{color-scheme:light;--bg:#fff;--ink:#000;--quiet:#333;--line:#bbb;--card:#f2f2f2;--d:#0b4f94;--w:#8a5a00;--h:#7a2e8e;--k:#8a909b;--l:#b3261e;
--OK:#0f5a34;--PREVIEW:#0b4f94;--ACTION:#6e4300;--HELD:#6c2480;--FAILED:#98140e;--on:#fff}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
body{font-size:12px}
nav,form{display:none!important}
section{margin-top:28px}
h2,h3,figure,tr,li{break-inside:avoid}h2,h3{break-after:avoid}
.many tbody tr{content-visibility:visible}
.scroll,.matrix,.matrix.tall{overflow:visible;max-height:none}
.tall tbody tr{content-visibility:visible}
.cells{width:auto}
.cells tr{grid-template-columns:112px;grid-auto-columns:minmax(0,1fr)}
.cells,.cells small,.cells thead th{font-size:10px}.legend,.more,.data summary,.at+.data .names{font-size:11px}.cells th,.cells td{padding:4px;white-space:normal}.cells .badge{font-size:9px}
.charts.three{grid-template-columns:1fr 1fr 1fr;gap:16px}
.cells th:first-child,.cells thead{position:static}
.matrix.wide{display:none}.paper{display:block}
.small{min-width:0}
}`;

/** Without the line breaks that only the source needs. */
export const style = source.replaceAll('\n', '');
