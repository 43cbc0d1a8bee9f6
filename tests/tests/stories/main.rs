// SPDX-License-Identifier: EUPL-1.2
//! Stories: real nodes, real sockets, and the requirements that they show to hold. One program, so that the node is
//! linked once; a file is a story, and its name says how it ends.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a story gives up loudly, and looks for one thing among many"
)]

mod a_body_acts_for_those_that_gave_it_a_mandate;
mod a_convenant_counts_when_all_have_signed;
mod a_foreign_peer_completes_no_protocol;
mod a_gemeente_decides_with_documents;
mod a_group_changes_and_ends;
mod a_group_forms_over_a_network_that_is_cut;
mod a_group_forms_over_the_network;
mod a_group_survives_what_breaks;
mod a_lead_gemeente_purchases_for_members;
mod a_node_goes_on_from_a_backup;
mod a_node_stops_and_comes_back;
mod a_node_that_was_killed_is_asked_again;
mod a_policy_changes_whole_or_not_at_all;
mod a_policy_is_tried_advised_on_and_changed_by_two;
mod a_question_that_may_not_be_asked_stays_inside;
mod a_recall_reaches_everybody_in_time;
mod a_silent_member_holds_up_nobody_else;
mod a_sweep_finds_what_is_shared_and_tells_nothing_else;
mod a_thousand_strangers_do_not_keep_a_member_out;
mod a_treffer_counts_in_its_own_convenant;
mod a_year_of_twelve_nodes;
mod an_inzage_is_answered_at_once_or_by_a_person;
mod certificates_last_shorter_than_what_is_signed_with_them;
mod every_refusal_of_a_peer_looks_the_same;
mod fsc_scenarios;
mod matching_goes_on_by_itself;
mod members_make_themselves_known;
mod members_work_together_on_one_investigation;
mod messages_that_do_not_keep_to_the_protocol;
mod nodes_survive_being_killed;
mod one_member_does_not_take_what_others_need;
mod one_member_takes_the_place_of_another;
mod one_question_about_one_aanbieder;
mod only_attested_members_get_a_connection;
mod revocation_lists_are_fetched;
mod the_api_keeps_the_rules_of_the_door;
mod the_api_stays_open_for_others;
mod the_four_refusals_cannot_be_told_apart;
mod the_line_to_a_member_is_walked_step_by_step;
mod the_pages_take_only_their_own_forms;
mod the_protocol_is_as_it_is_written;
mod the_receiver_keeps_to_what_came_with_an_answer;
mod what_a_person_sees_follows_from_role_and_task;
mod what_a_policy_cannot_work_out_is_said;
mod what_cannot_be_recorded_does_not_happen;
mod what_is_due_is_done_however_much_it_is;
mod what_is_left_to_do_is_named;
mod what_is_taken_back_is_shown_as_withdrawn;
mod what_leads_to_a_person_stays_inside;
mod what_others_know_shows_by_role_and_task;
mod what_the_node_points_out_comes_to_a_person;
mod what_the_old_one_leaves_goes_to_the_new;
mod who_asks_too_much_only_costs_refusals;
