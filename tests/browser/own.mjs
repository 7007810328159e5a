// Checks of ours beside axe and HTML_CodeSniffer. `inPage` runs inside the page and returns
// findings as short texts; it reads what a reader sees, never the source.

export function inPage(state) {
  const findings = [];
  const say = (check, detail) => findings.push(`${check}: ${String(detail).slice(0, 120)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];

  structure();
  drawings();
  tables();
  forbiddenText();
  if (state === "320" || state === "200") sideways();
  if (state === "320") smallText();
  if (state === "spacing") clipped();
  if (state === "print") hiddenInPrint();
  return findings;

  function structure() {
    if (document.documentElement.lang !== "nb") say("lang", document.documentElement.lang);
    if (!document.title.trim()) say("title", "tom");
    if (all("h1").length !== 1) say("h1", all("h1").length);
    let last = 0;
    for (const heading of all("h1,h2,h3,h4,h5,h6")) {
      const level = Number(heading.tagName[1]);
      if (level > last + 1) say("hopp i overskrifter", heading.textContent);
      last = level;
    }
    for (const tag of ["script", "iframe", "object", "embed", "link", "form", "base"]) {
      if (all(tag).length) say("forbudt merke", tag);
    }
    for (const element of all("[style]")) say("stilattributt", element.tagName);
    const seen = new Set();
    for (const element of all("[id]")) {
      if (seen.has(element.id)) say("id to ganger", element.id);
      seen.add(element.id);
    }
    for (const link of all('a[href^="#"]')) {
      if (!seen.has(decodeURIComponent(link.getAttribute("href").slice(1)))) {
        say("lenke uten mål", link.getAttribute("href"));
      }
    }
    for (const nav of all("nav")) {
      if (!nav.getAttribute("aria-label") && !nav.getAttribute("aria-labelledby")) say("nav", "uten navn");
    }
  }

  function drawings() {
    for (const svg of all("svg")) {
      const name = svg.closest("figure")?.id ?? "svg";
      const title = svg.querySelector(":scope > title")?.textContent.trim() ?? "";
      const alt = svg.querySelector(":scope > desc")?.textContent.trim() ?? "";
      if (svg.getAttribute("role") !== "img") say("svg uten rolle", name);
      if (!title || title.length > 60) say("svg-tittel", name);
      if (!alt || alt.length > 150) say("svg-beskrivelse", name);
      for (const element of svg.querySelectorAll("text,path,use,rect,line,circle")) {
        if (!element.closest("defs,clipPath")) contrastOf(element, name);
      }
    }
  }

  // The sheet is white; axe calls text inside SVG "incomplete", so it is computed here.
  function contrastOf(element, name) {
    const style = getComputedStyle(element);
    const paints = [style.fill, style.stroke].map(rgb).filter(Boolean);
    if (element.tagName === "text") {
      const fill = rgb(style.fill);
      if (!fill || ratio(fill) < 4.5) say("kontrast i tekst", `${name} «${element.textContent}»`);
      return;
    }
    const marks = paints.filter((paint) => !isWhite(paint));
    if (marks.length && Math.max(...marks.map(ratio)) < 3) say("kontrast i merke", name);
  }

  function rgb(paint) {
    const parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(paint);
    return parts && parts[4] !== "0" ? parts.slice(1, 4).map(Number) : null;
  }

  function isWhite(color) {
    return color.every((part) => part === 255);
  }

  function ratio(color) {
    const [r, g, b] = color
      .map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
  }

  function tables() {
    for (const table of all("table")) {
      const name = table.caption?.textContent.trim();
      if (!name) say("tabell uten tittel", table.id);
      for (const head of table.querySelectorAll("th")) {
        if (!head.textContent.trim()) say("tom overskrift i tabell", name);
        if (!["col", "row"].includes(head.scope)) say("th uten scope", `${name}: ${head.textContent}`);
      }
      for (const cell of table.querySelectorAll("td")) {
        if (!cell.textContent.trim()) say("tom celle", name);
      }
    }
  }

  function forbiddenText() {
    const words = /No description|Out\s?\[|\bnan\b|\binf\b|\bNone\b|\bNaT\b|undefined|object at 0x|<class|−0(?![\d,])/i;
    const digits = /\d\.\d|\d \d|\d-\d|(?<![\p{L}\d])-\d/u;
    // Numbers that are part of a name: «kapittel 3.1–3.3 og 4.1», «CC BY 4.0», «versjon 0.1.0».
    const names = new RegExp(
      String.raw`(?:kapittel|kapitlene|§|punkt|versjon|CC BY(?:-[A-Z]+)*|NLOD|WCAG)\s*` +
        String.raw`\d+(?:\.\d+)*(?:(?:–|, | og | til )\d+(?:\.\d+)+)*`,
      "giu",
    );
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data;
      const parent = walker.currentNode.parentElement;
      if (parent.closest("style,code,time,q,blockquote")) continue;
      if (words.test(text)) say("forbudt ord", text.trim());
      if (digits.test(text.replace(names, "").replace(/https:\/\/\S+/g, ""))) say("feil skrevet tall", text.trim());
    }
  }

  function sideways() {
    const root = document.documentElement;
    const extra = root.scrollWidth - root.clientWidth;
    if (extra !== 0) say("siden ruller sidelengs", `${extra} px`);
  }

  function smallText() {
    for (const text of all("svg text")) {
      const size = Number.parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d;
      const turned = Math.abs(text.getScreenCTM().b) * Number.parseFloat(getComputedStyle(text).fontSize);
      if (Math.max(size, turned) < 9) say("tekst under 9 px", text.textContent);
    }
  }

  function clipped() {
    for (const element of all("body *")) {
      const style = getComputedStyle(element);
      if (element.closest("svg,.skjult,.hopp")) continue;
      const hides = (value) => value === "hidden" || value === "clip";
      if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) say("kuttet", element.textContent);
      if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) say("kuttet", element.textContent);
    }
    sideways();
  }

  function hiddenInPrint() {
    for (const part of all("caption,td,figcaption,svg,p,li")) {
      // The contents' second level repeats headings, and would push the case paper off page 1.
      if (part.closest("nav ul ul")) continue;
      const shown = part.checkVisibility({ contentVisibilityAuto: true });
      if (!shown || part.getBoundingClientRect().height === 0) say("mangler på papir", part.textContent.trim());
    }
  }
}
