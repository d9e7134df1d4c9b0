"""The attacks on the machine and on the wire: which row of the catalogue each stands for, and who judges it.

Rows are those of the catalogue in the team's study of earlier autograders ("E01" ...); "6" is its matrix of
attacks on operating systems, "6.1" the faults it found in a first prototype. "own" are inventions of ours.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from grader.errors import GraderError
from grader.sandbox.host import Limits
from tests.attacks import judges, peers
from tests.attacks.ground import HERE, Ground
from tests.attacks.judges import Judge

QUICK = Limits(cpu_s=0.3, wall_s=0.3)
LAX = Limits(cpu_s=1.0, wall_s=1.0)
OWN = "own"


class Case(NamedTuple):
    """One attack."""

    name: str  # of its file
    rows: str
    judge: Judge
    control: Judge | None  # how it shows that it works, where nothing defends
    limits: Limits = Limits()
    control_limits: Limits = Limits()
    needs_root: bool = False  # to work where nothing defends
    folder: str = "sandbox"
    in_one_process: Callable[[Path], bool] | None = None  # the control, in the grader's own process

    ends_zygote: bool = False  # held or not: the judge ends it
    control_ends_zygote: bool = False

    @property
    def source(self) -> Path:
        return HERE / self.folder / f"{self.name}.py"

    def succeeds(self, ground: Ground) -> bool:
        """Run it where ``ground`` defends."""
        return self._judged(ground, self.judge, self.limits, disposable=self.ends_zygote)

    def works(self, ground: Ground) -> bool:
        """Run its control; ``ground`` has no layers."""
        if self.in_one_process is not None:
            return self.in_one_process(self.source)
        assert self.control is not None
        return self._judged(ground, self.control, self.control_limits, disposable=self.control_ends_zygote)

    def _judged(self, ground: Ground, judge: Judge, limits: Limits, *, disposable: bool) -> bool:
        if not disposable:
            with ground.attacker(self.source, limits) as attack:
                return judge(ground, attack)
        verdicts = []
        with ground.disposable() as own, suppress(GraderError), own.attacker(self.source, limits) as attack:
            verdicts.append(judge(own, attack))
        return verdicts[0]


def machine(name: str, rows: str, judge: Judge, *, needs_root: bool = False) -> Case:
    """Return an attack on the machine: its control is the same without any layer."""
    return Case(name, rows, judge, judge, needs_root=needs_root)


def wire(name: str, rows: str = "6") -> Case:
    """Return an attack on the wire: its control is a naive grader at the other end."""
    limits = Limits(cpu_s=0.5, wall_s=0.5)
    return Case(name, rows, peers.harms_ours, peers.harms_the_naive_one, limits, LAX, folder="wire")


def single(name: str, rows: str, judge: Judge, control: Callable[[Path], bool]) -> Case:
    """Return an attack that works where grader and hand-in share a process."""
    return Case(name, rows, judge, None, in_one_process=control)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _attributes(path: Path) -> list[str]:
    return os.listxattr(path)


FILES = (
    machine("read_a_file", "E01", judges.brings_back("file")),
    machine("list_a_folder", "E01 E03", judges.lists_names),
    machine("import_the_reference", "E01", judges.imports),
    machine("read_through_proc", "E01 6", judges.brings_back("pid", "file")),
    machine("read_through_a_symlink", "E01 E25 6", judges.brings_back("file", "link")),
    machine("read_with_openat2", "E01", judges.brings_back("file")),
    machine("write_a_file", "E02", judges.writes),
    machine("write_to_shared_memory_folder", "E30 6", judges.writes_shared),
    machine("rewrite_the_result", "E02 E03", judges.rewrites_the_result),
    machine("seal_the_result", "E04 6", judges.changes(_mode)),
    machine("remove_a_file", "E04", judges.changes(Path.exists)),
    machine("rename_a_file", "E04 E36", judges.renames),
    machine("plant_a_module", "E36", judges.plants_a_module),
    single("shadow_a_module", "E36", peers.shadows_in_ours, peers.shadows_beside_the_grader),
    machine("truncate_by_reading", "E40 6", judges.changes(Path.read_text)),
    machine("truncate_a_file", "E40", judges.changes(Path.read_text)),
    machine("change_times", "6", judges.changes(lambda path: path.stat().st_mtime)),
    machine("set_an_attribute", "6", judges.changes(_attributes)),
    machine("link_a_file", "E25 6", judges.makes_a_link),
    machine("plant_a_symlink", "E25", judges.makes_a_link),
    machine("plant_a_fifo", "E25 E34", judges.makes_a_fifo),
    machine("fill_the_disk", "6", judges.fills),
    machine("make_a_device", "6", judges.makes_a_device, needs_root=True),
    machine("lock_a_file", "E30 6", judges.locks),
    machine("lock_the_output", "E30", judges.locks_the_output),
)
NETWORK = (
    machine("open_tcp", "E06 E27", judges.connects_by_tcp),
    machine("send_udp", "E27 6", judges.sends_udp),
    machine("serve_tcp", "E27", judges.serves_tcp),
    machine("use_a_unix_socket", "E06 E27 6", judges.connects_to_a_path),
    machine("use_an_abstract_socket", "E27 E30", judges.connects_to_a_name),
    machine("use_an_odd_socket", "E30 6", judges.opens_something),
    machine("make_a_socket_pair", "E30", judges.opens_something),
)
PROCESSES = (
    machine("fork_a_daemon", "E32", judges.forks),
    machine("fork_a_bomb", "E33 6", judges.forks_a_bomb),
    machine("outlive_the_kill", "E32 6", judges.writes_later),
    machine("spawn_a_program", "E32", judges.writes),
    machine("execute_a_program", "6", judges.writes),
    machine("start_a_thread", "E10 6", judges.starts_a_thread),
    machine("clone_by_number", "E32", judges.forks),
    machine("enter_a_namespace", "6", judges.leaves_the_user_namespace),
    machine("mount_a_file_system", "6", judges.mounts, needs_root=True),
    machine("change_the_root", "6", judges.changes_the_root, needs_root=True),
    machine("become_another_user", "6", judges.becomes, needs_root=True),
    machine("type_into_the_terminal", "E29", judges.types_into_the_terminal, needs_root=True),
    machine("write_to_the_terminal", "E29", judges.writes_to_the_terminal),
    machine("change_limits", "6", judges.changes_open_files),
    Case("kill_the_zygote", "6", judges.ends_the_zygote, judges.ends_the_zygote, control_ends_zygote=True),
    Case(
        "outlive_the_zygote",
        "E32 6",
        judges.outlives_the_zygote,
        judges.outlives_the_zygote,
        ends_zygote=True,
        control_ends_zygote=True,
    ),
    machine("allow_tracing", "6", judges.can_be_traced),
    machine("take_another_name", "6", judges.changes_status("Name")),
    machine("write_after_the_verdict", "E10", judges.writes_after_the_verdict),
    Case("leave_an_exit_hook", "E11", judges.leaves_a_hook, peers.hangs_up_politely),
)
THE_GRADER = (
    machine("kill_a_process", "6", judges.ends_the_victim),
    machine("kill_by_pidfd", "6", judges.ends_the_victim),
    machine("kill_a_thread", "6", judges.ends_the_victim),
    machine("kill_with_a_value", "6", judges.ends_the_victim),
    machine("kill_a_group", "6", judges.ends_the_victim),
    machine("send_sigio", "E31", judges.ends_the_victim),
    machine("send_sigio_from_the_output", "E31", judges.ends_the_victim),
    machine("slow_a_process", "6", judges.alters(judges.priority)),
    machine("pin_a_process", "6", judges.alters(judges.affinity)),
    machine("limit_a_process", "6", judges.alters(judges.open_files)),
    machine("read_another_memory", "E07 E28", judges.finds_in_memory),
    machine("copy_another_memory", "E28 6", judges.brings_back("pid", "address", "size")),
    machine("overwrite_another_memory", "E28", judges.overwrites_memory),
    machine("trace_a_process", "E28 6", judges.alters(judges.tracer)),
    machine("steal_a_descriptor", "E10 E28 6", judges.brings_back("pid", "descriptor")),
    machine("read_an_environment", "6", judges.brings_back("pid")),
    single("search_own_descriptors", "6", peers.finds_in_descriptors, peers.finds_in_descriptors_of_one_process),
    machine("read_a_command_line", "6", judges.brings_back("pid")),
    machine("watch_another_clock", OWN, judges.reads_a_clock),
    machine("find_another_process", OWN, judges.finds_out),
    machine("find_a_place_in_memory", OWN, judges.finds_an_address),
    single("walk_the_frames", "E07", peers.finds_expected, peers.finds_expected_in_one_process),
    single("search_all_objects", "E07", peers.finds_expected, peers.finds_expected_in_one_process),
    single("read_freed_memory", "E21", peers.finds_expected, peers.finds_expected_in_one_process),
    single("scan_the_heap", "E09", peers.finds_the_key, peers.finds_the_key_in_one_process),
)
KERNEL = (
    machine("make_shared_memory", "E30 6", judges.shares_memory),
    machine("make_a_system_v_segment", "E30 6", judges.makes_a_segment),
    machine("make_a_system_v_queue", "E30 6", judges.makes_a_queue),
    machine("make_a_system_v_semaphore", "E30", judges.makes_a_semaphore),
    machine("make_a_message_queue", "E30 6", judges.makes_a_message_queue),
    machine("keep_a_key", "E30 6", judges.keeps_a_key),
    machine("use_io_uring", "E30 6", judges.opens_something),
    machine("use_userfaultfd", "6", judges.opens_something),
    machine("run_machine_code", "6", judges.runs_code),
    machine("make_memory_executable", "6", judges.runs_code),
    machine("load_a_library", "6", judges.loads_a_library),
)
USE = (
    machine("allocate", "6", judges.allocates),
    machine("take_all_descriptors", "6", judges.takes_descriptors),
    Case("spin", "6", judges.overruns(0.3, 30.0), judges.overruns(0.3, 30.0), Limits(cpu_s=0.1), Limits(cpu_s=0.4)),
    Case("sleep", "6", judges.overruns(9.0, 0.7), judges.overruns(9.0, 0.7), QUICK, LAX),
    Case("stop_itself", "6", judges.overruns(9.0, 0.7), judges.overruns(9.0, 0.7), QUICK, LAX),
    Case("flood_the_output", "E14 6", judges.floods, peers.keeps_all_output),
    Case(
        "call_back_for_ever", "6", judges.calls_back(100), judges.calls_back(100),
        Limits(callbacks=50), Limits(wall_s=1.0, cpu_s=1.0),
    ),
    single("raise_an_unreadable_error", "6.1", peers.harms_ours, peers.dies_by_its_text),
    single("raise_from_the_deep", "6.1", judges.describes_at_length, peers.prints_it_all),
)  # fmt: skip
WIRE = (
    wire("send_garbage"),
    wire("announce_4_gib", "E39 6"),
    wire("announce_an_exbibyte", "E39 6"),
    wire("send_an_astronomic_shape", "E39 6"),
    wire("send_a_wrapping_shape", "E39"),
    wire("send_a_negative_shape"),
    wire("send_object_pointers"),
    wire("send_raw_records"),
    wire("send_a_pickle", "E05 E06 6"),
    wire("nest_too_deep", "E39 6"),
    wire("send_many_items", "E39 6 6.1"),
    wire("send_many_arrays", "E39"),
    wire("send_invalid_text", "6.1"),
    wire("send_a_huge_integer", "E39"),
    wire("send_an_unknown_node", "6.1"),
    wire("name_an_unknown_object"),
    wire("call_an_unknown_function"),
    wire("speak_out_of_turn"),
    wire("answer_early", "E10 6 6.1"),
    wire("answer_twice", "E10"),
    wire("answer_slowly"),
    wire("answer_by_half"),
    wire("never_read_again"),
    wire("close_the_wire"),
    wire("replace_the_wire", "E10"),
    wire("exit_with_success", "6"),
    wire("crash"),
    wire("abort"),
    wire("overflow_the_stack"),
)
CASES = (*FILES, *NETWORK, *PROCESSES, *THE_GRADER, *KERNEL, *USE, *WIRE)
