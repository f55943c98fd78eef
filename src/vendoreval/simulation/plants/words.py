"""What each planting does, in a sentence for people."""

from __future__ import annotations

from typing import Final

from vendoreval.text import N_

ABOUT: Final[dict[str, str]] = {
    "stretched_talk": N_(
        "Conversations that end in nothing are held longer; the strength is the share of "
        "minutes added."
    ),
    "inflated_hold": N_(
        "Customers are put on billed hold; the strength is the share of minutes added."
    ),
    "pushed_over_threshold": N_(
        "Calls that would end shortly before a minute are held just past it; the strength is "
        "their share."
    ),
    "rounded_up": N_(
        "Conversations are billed by begun minutes although the card bills seconds; the "
        "strength is their share."
    ),
    "invented_calls": N_(
        "Calls that were never made are written on an even beat; the strength is the share of "
        "minutes added."
    ),
    "replayed_calls": N_(
        "Sequences of an earlier day are written again under another day, second by second."
    ),
    "replayed_with_jitter": N_(
        "Sequences of an earlier day are written again, each length off by up to two seconds."
    ),
    "two_calls_at_once": N_(
        "Second conversations are written inside those the same person was having."
    ),
    "ghost_agents": N_(
        "Calls are written for people who are not on the roster and never make a note."
    ),
    "same_numbers_again": N_(
        "Minutes are talked on a handful of friendly numbers, called again and again."
    ),
    "dead_numbers_redialled": N_(
        "Numbers that never answer are dialled on and on; the strength is their share."
    ),
    "closed_after_first_touch": N_(
        "Leads are closed as unanswered after one dial; the strength is their share."
    ),
    "sales_cancelled_late": N_(
        "Sales are entered that die just after the clawback window; the strength is their share."
    ),
    "period_end_sales": N_(
        "Sales are entered on the last days of the month and cancelled within the next."
    ),
    "bank_deletions": N_(
        "Companies that declined are taken out of the bank; the strength is their share."
    ),
    "sales_billed_by_minutes": N_(
        "Sales are the agreed unit, but the number billed follows the minutes talked."
    ),
    "invoice_lines_twice": N_(
        "The first line of an invoice is billed once more; the strength is the share of months."
    ),
    "slow_drift": N_(
        "Conversations that end in nothing grow month by month; the strength is the growth of "
        "one month."
    ),
    "adaptive_padding": N_(
        "Padding that knows the checks: all calls alike, people in turn, none after poor months."
    ),
    "long_calls_held_open": N_(
        "A few fruitless conversations are kept open for many minutes after the goodbye."
    ),
    "inflated_wrap": N_("Work after the call is drawn out; the strength is its share of the talk."),
    "round_durations": N_(
        "Conversations are written up to the next ten seconds; the strength is their share."
    ),
    "carrier_shorter": N_("The log writes more seconds than the carrier carried, call by call."),
    "voicemail_as_talk": N_(
        "Voicemails are written as conversations of one greeting's length; the strength is "
        "their share."
    ),
    "false_dispositions": N_(
        "Long fruitless conversations are written as not answered; the strength is their share."
    ),
    "dropped_in_seconds": N_(
        "Conversations are hung up within seconds and written as refused; the strength is their"
        " share."
    ),
    "impossible_days": N_("Some people go on talking until midnight: days longer than any shift."),
    "off_list_calls": N_("Numbers are called and billed that the client never handed over."),
    "calls_after_do_not_call": N_(
        "Those who asked not to be called are called again in the weeks after; the strength is "
        "their share."
    ),
    "billed_twice": N_(
        "Conversations are written again under another number, some hours later; the strength "
        "is their share."
    ),
    "never_closed_calls": N_(
        "Some calls run on to the session timer of the switch and are billed so."
    ),
    "unbillable_billed": N_(
        "Calls that nobody answered are billed by their ringing; the strength is their share."
    ),
    "cherry_picked_leads": N_(
        "Leads of the harder list are never called, and reported as worked; the strength is "
        "their share."
    ),
    "leads_never_called": N_("Leads are never called; the strength is their share."),
    "unknown_sales": N_(
        "Sales are claimed that the client's records do not know; the strength is their share."
    ),
    "organic_sales_claimed": N_(
        "Sales the client made without the vendor are claimed: no conversation came before."
    ),
    "closer_without_sales": N_("Some closers never sell, although leads like theirs sell."),
    "invoice_above_log": N_(
        "The invoice asks for more minutes than the log holds; the strength is the share added."
    ),
    "wrong_price": N_(
        "The invoice prices its unit above the card in force; the strength is the share added."
    ),
    "wrong_totals": N_("Amounts are above quantity times price; the strength is the share added."),
    "setup_fee_again": N_(
        "A fee for setting up, which the card does not know, is billed month after month."
    ),
    "missing_days": N_(
        "Days are billed but missing from the call log and the totals; the strength is their share."
    ),
    "inflated_daily_totals": N_(
        "The day's totals hold more talk and conversations than the log; the strength is the "
        "share added."
    ),
    "idle_logins": N_(
        "Hours are logged in for people who do not dial; the strength is their share of the "
        "team's days."
    ),
    "stage_without_call": N_("Companies move to a quote although nobody called them."),
    "feedback_not_applied": N_(
        "What should have changed after listening did not; the strength is its share."
    ),
    "restated_history": N_(
        "Past months are sent again with longer talk; the first versions came before."
    ),
    "hard_list": N_("The vendor was given lists that sell 30 per cent worse."),
    "new_team": N_("Everybody was hired within the last three weeks and has yet to learn."),
    "tiny_vendor": N_("A handful of people and fewer than fifty sales."),
    "sixty_second_billing": N_("The card bills begun minutes, dear and agreed."),
    "script_to_threshold": N_(
        "A notice that the law demands ends at the sixtieth second, for everybody."
    ),
    "predictive_dialer": N_(
        "A machine dials on a beat; intervals are more regular than a person's."
    ),
    "clock_skew": N_(
        "One of two switches runs 90 seconds late; calls of one person may seem to overlap."
    ),
    "daylight_saving": N_(
        "From one day on the export writes the hour of the old season: an hour early."
    ),
    "shared_login": N_(
        "Two newcomers work under one login until their own are ready, six weeks long."
    ),
    "crm_migration": N_(
        "A move to a new system lost five companies of a hundred, whatever their state."
    ),
    "privacy_erasure": N_("A few people asked to be forgotten; their companies left the bank."),
    "export_retry": N_(
        "An interrupted export was begun again: the same rows stand in the file twice."
    ),
    "price_rise": N_("The client raised its price; from then on fewer people buy."),
    "strike_month": N_("Half a month nobody worked."),
    "callback_campaign": N_(
        "The client's own advertising makes people ask for a call; they answer and talk."
    ),
    "switchboard_numbers": N_(
        "Many companies sit behind shared numbers, which are dialled again and again."
    ),
    "minimum_fee": N_("The card has a monthly minimum that quiet months do not reach."),
    "holiday_month": N_("A long holiday took a week."),
    "star_leaves": N_(
        "One person sold two and a half times as much as the others, and left in the middle."
    ),
    "inbound_only": N_("People call the vendor; nearly everybody is answered and wants something."),
    "qualifier": N_(
        "Some people only find interest and hand it over; they sell nothing by design."
    ),
    "list_change": N_("From a month on the client's lists sell 30 per cent worse."),
    "longer_script": N_("A new script takes 15 per cent longer and sells 15 per cent more."),
    "wrong_time_zone": N_("One month's export is written in another zone: three hours early."),
    "late_reports": N_("The totals of some people's last evening of a month are missing."),
    "bad_rows": N_("A few rows of unanswered dials hold everyday slips."),
}
