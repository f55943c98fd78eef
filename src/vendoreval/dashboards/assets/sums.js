// Sums of facts over days, and measures from the sums. What nobody knows stays unknown.

function firstRow(days, day) {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function makeSums(data) {
  const metrics = new Map(data.measures.map((metric) => [metric.name, metric]));
  const known = (value) => value !== undefined && Number.isFinite(value);

  // The value at a place of the ordered intervals, evenly spread within a class.
  function placed(facts, rank) {
    let passed = 0;
    for (let place = 0; place < data.classes.length; place += 1) {
      const [name, low] = data.classes[place];
      const inside = facts[name] || 0;
      if (inside && passed + inside > rank) {
        const next = place + 1 < data.classes.length ? data.classes[place + 1][1] : low * 2;
        // whole seconds: the last one of a class lies one below the next class
        return low + ((rank - passed + 0.5) / inside) * (next - low) - 0.5;
      }
      passed += inside;
    }
    return NaN;
  }

  // Between two places as between two values, as the exact one is read.
  function quantile(facts, share) {
    const wanted = (facts.intervals - 1) * share;
    const rank = Math.floor(wanted);
    const first = placed(facts, rank);
    return wanted === rank ? first :
      first + (wanted - rank) * (placed(facts, rank + 1) - first);
  }

  function fromIntervals(facts) {
    const n = facts.intervals;
    if (!known(n) || n <= 0 || !known(facts.interval_seconds)) return;
    const mean = facts.interval_seconds / n;
    facts.interval_mean = mean;
    if (n > 1) {
      const square = facts.interval_squares - n * mean * mean;
      facts.interval_deviation = Math.sqrt(Math.max(square, 0) / (n - 1));
    }
    facts.interval_median = quantile(facts, 0.5);
    facts.interval_p90 = quantile(facts, 0.9);
  }

  // Which column each fact comes from in a period: the first one that every delivery tells,
  // of the agents if it can be had. Both sides of a comparison are read from the same one.
  function pick(vendor, period) {
    const places = vendor.months.map((month, place) => [month, place])
      .filter(([month]) => month[0] <= period.to && month[1] >= period.from)
      .map(([, place]) => place);
    const found = {};
    for (const [fact, choices] of Object.entries(vendor.choices)) {
      const usable = choices.map(([column_, states]) => [
        column_, places.map((place) => states[place]).filter((state) => state !== "-").join("")])
        .filter(([, states]) => states && !states.includes("l"));
      const parted = usable.find(([, states]) => !states.includes("w"));
      const chosen = parted || usable[0];
      found[fact] = chosen ? { column: chosen[0], apart: !parted } : null;
    }
    return found;
  }

  function finish(vendor, facts, agent) {
    const raw = { ...facts };
    for (const [fact, chosen] of Object.entries(vendor.pick)) {
      const known_ = chosen && !(chosen.apart && agent > 0);
      if (known_) facts[fact] = raw[chosen.column];
      else for (const name of [fact, ...(data.following[fact] || [])]) facts[name] = undefined;
    }
    for (const [name, [of, times]] of Object.entries(data.multiples)) {
      if (known(facts[of])) facts[name] = facts[of] * times;
    }
    fromIntervals(facts);
    return facts;
  }

  // The definition's own rule: undefined where a fact is unknown or the denominator is empty.
  function value(metric, facts) {
    if (!facts) return null;
    const top = facts[metric.top];
    if (!known(top)) return null;
    if (metric.bottom === null) return top * metric.scale;
    const bottom = facts[metric.bottom];
    if (!known(bottom) || bottom <= 0) return null;
    return (top / bottom) * metric.scale;
  }

  function daysOf(vendor, facts) {
    const name = vendor.facts.has("days_worked") ? "days_worked" : "agent_days";
    return facts && known(facts[name]) ? facts[name] : null;
  }

  function add(facts, vendor, row, names) {
    for (const name of names) {
      const one = vendor.facts.get(name)(row);
      if (!Number.isNaN(one)) facts[name] = (facts[name] || 0) + one;
    }
  }

  // Invoices and the client's sales: only where every working day is covered.
  function strict(vendor, period, days) {
    const facts = {};
    if (!days.length) return facts;
    const bills = vendor.bills.filter((b) => b[0] <= period.to && b[1] >= period.from);
    const whole = bills.every((b) => b[0] >= period.from && b[1] <= period.to);
    if (whole && days.every((day) => bills.some((b) => b[0] <= day && day <= b[1]))) {
      facts.billed = bills.reduce((sum, b) => sum + b[2], 0) / data.moneyParts;
      facts.billed_minutes = bills.reduce((sum, b) => sum + b[3], 0);
    }
    if (days.every((day) => vendor.salesCover.some((c) => c[0] <= day && day <= c[1]))) {
      facts.sales_kept = vendor.sales
        .filter(([day]) => day >= period.from && day <= period.to)
        .reduce((sum, [, count]) => sum + count, 0);
    }
    return facts;
  }

  // Return agent -> facts of a period (0 is all together).
  function byAgent(vendor, period, days, full) {
    const found = new Map();
    const names = [...vendor.facts.keys()];
    const end = firstRow(vendor.days, period.to + 1);
    for (let row = firstRow(vendor.days, period.from); row < end; row += 1) {
      const agent = vendor.agentOf[row];
      if (!found.has(agent)) found.set(agent, {});
      add(found.get(agent), vendor, row, names);
    }
    // an invoice of a month is asked of its calendar days, also where deliveries end before
    const own = strict(vendor, full || period, days);
    if (Object.keys(own).length) found.set(0, { ...(found.get(0) || {}), ...own });
    for (const [agent, facts] of found) finish(vendor, facts, agent);
    return found;
  }

  // Return day -> facts of one agent (0 is all together).
  function byDay(vendor, period, agent) {
    const found = new Map();
    const names = [...vendor.facts.keys()];
    const end = firstRow(vendor.days, period.to + 1);
    for (let row = firstRow(vendor.days, period.from); row < end; row += 1) {
      if (vendor.agentOf[row] !== agent) continue;
      const day = vendor.days[row];
      const facts = {};
      add(facts, vendor, row, names);
      if (agent === 0) {
        const one = { from: day, to: day };
        Object.assign(facts, strict(vendor, one, [day]));
      }
      found.set(day, finish(vendor, facts, agent));
    }
    return found;
  }

  // Columns that one measure needs; the classes of intervals only for those read from them.
  function namesOf(vendor, metric) {
    const rhythm = [metric.top, metric.bottom].some((name) => /^interval_/.test(name || ""));
    return [...vendor.facts.keys()].filter((name) => rhythm || !/^interval.*_/.test(name) ||
      name === "intervals_over");
  }

  // Return agent -> [day, value] of one measure, for the small lines of a table.
  function lines(vendor, period, metric) {
    const found = new Map();
    const names = namesOf(vendor, metric);
    const end = firstRow(vendor.days, period.to + 1);
    for (let row = firstRow(vendor.days, period.from); row < end; row += 1) {
      const agent = vendor.agentOf[row];
      const facts = {};
      add(facts, vendor, row, names);
      const one = value(metric, finish(vendor, facts, agent));
      if (!found.has(agent)) found.set(agent, []);
      found.get(agent).push([vendor.days[row], one]);
    }
    return found;
  }

  // One measure of two periods; changes of counts are by day worked.
  function cell(vendor, metric, now, then) {
    const made = { value: value(metric, now), earlier: value(metric, then), change: null };
    let [rate, old] = [made.value, made.earlier];
    if (metric.byDay) {
      const [days, oldDays] = [daysOf(vendor, now), daysOf(vendor, then)];
      rate = rate !== null && days ? rate / days : null;
      old = old !== null && oldDays ? old / oldDays : null;
    }
    if (rate !== null && old !== null && old > 0) made.change = rate / old - 1;
    return made;
  }
  return { metrics, pick, value, byAgent, byDay, lines, cell, daysOf, strict };
}
