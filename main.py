"""Gouache: an offline generative studio. This file alone knows the window, the engine and the trainer."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.display import missing_display
from inference.cli.arguments import Parser
from inference.errors import Cancelled, GouacheError
from inference.version import VERSION

if TYPE_CHECKING:
    from inference.engine import LocalEngine

INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """A command line job, in a module that is imported when it is wanted."""

    module: str
    add: str = "add_arguments"
    run: str = "run"
    words: str = "HELP"


COMMANDS: dict[tuple[str, ...], Command] = {
    ("studio",): Command("desktop_app.start"),
    ("generate",): Command("inference.cli.generate"),
    ("inpaint",): Command("inference.cli.inpaint"),
    ("vary",): Command("inference.cli.vary"),
    ("animate",): Command("inference.cli.animate"),
    ("restyle",): Command("inference.cli.restyle"),
    ("cycle",): Command("inference.cli.cycle"),
    ("post",): Command("inference.cli.post"),
    ("upscale",): Command("inference.cli.upscale"),
    ("palette",): Command("inference.cli.palette"),
    ("vary-batch",): Command("inference.cli.vary_batch"),
    ("consistency",): Command("inference.cli.consistency"),
    ("models", "list"): Command("inference.cli.models", "add_list_arguments", "run_list", "LIST_HELP"),
    ("models", "inspect"): Command("inference.cli.models", "add_inspect_arguments", "run_inspect", "INSPECT_HELP"),
    ("models", "words"): Command("inference.cli.words"),
    ("models", "check"): Command("inference.cli.check"),
    ("models", "export"): Command("training.cli_export"),
    ("models", "import"): Command("training.cli_import"),
    ("models", "optimise"): Command("training.cli_optimise"),
    ("models", "delete"): Command("inference.cli.shelf", "add_delete_arguments", "run_delete", "DELETE_HELP"),
    ("models", "restore"): Command("inference.cli.shelf", "add_restore_arguments", "run_restore", "RESTORE_HELP"),
    ("styles", "list"): Command("inference.cli.styles", "add_list_arguments", "run_list", "LIST_HELP"),
    ("styles", "show"): Command("inference.cli.styles", "add_show_arguments", "run_show", "SHOW_HELP"),
    ("styles", "export"): Command("inference.cli.styles", "add_export_arguments", "run_export", "EXPORT_HELP"),
    ("styles", "import"): Command("inference.cli.styles", "add_import_arguments", "run_import", "IMPORT_HELP"),
    ("styles", "delete"): Command("inference.cli.styles", "add_delete_arguments", "run_delete", "DELETE_HELP"),
    ("train", "collect"): Command("training.cli_data", "add_collect_arguments", "run_collect", "COLLECT_HELP"),
    ("train", "clean"): Command("training.cli_data", "add_clean_arguments", "run_clean", "CLEAN_HELP"),
    ("train", "label"): Command("training.cli_data", "add_label_arguments", "run_label", "LABEL_HELP"),
    ("train", "choose"): Command("training.cli_data", "add_choose_arguments", "run_choose", "CHOOSE_HELP"),
    ("train", "recolour"): Command("training.cli_data", "add_recolour_arguments", "run_recolour", "RECOLOUR_HELP"),
    ("train", "normalise"): Command("training.cli_data", "add_normalise_arguments", "run_normalise", "NORMALISE_HELP"),
    ("train", "autoencoder"): Command(
        "training.cli_train", "add_autoencoder_arguments", "run_autoencoder", "AUTOENCODER_HELP"
    ),
    ("train", "model"): Command("training.cli_train", "add_model_arguments", "run_model", "MODEL_HELP"),
    ("train", "control"): Command("training.cli_train", "add_control_arguments", "run_control", "CONTROL_HELP"),
    ("train", "decoder"): Command("training.cli_train", "add_decoder_arguments", "run_decoder", "DECODER_HELP"),
    ("train", "lora"): Command("training.cli_train", "add_lora_arguments", "run_lora", "LORA_HELP"),
    ("train", "words"): Command("training.cli_words"),
    ("train", "judge"): Command("training.cli_train", "add_judge_arguments", "run_judge", "JUDGE_HELP"),
    ("train", "upscaler"): Command("training.cli_train", "add_upscaler_arguments", "run_upscaler", "UPSCALER_HELP"),
    ("train", "prompts"): Command("training.cli_evaluate", "add_prompts_arguments", "run_prompts", "PROMPTS_HELP"),
    ("train", "evaluate"): Command("training.cli_evaluate"),
    ("train", "style"): Command("training.cli_style"),
    ("train", "speed"): Command("training.cli_style", "add_speed_arguments", "run_speed", "SPEED_HELP"),
    ("clip", "info"): Command("inference.cli.clip", "add_info_arguments", "run_info", "INFO_HELP"),
    ("clip", "convert"): Command("inference.cli.clip", "add_convert_arguments", "run_convert", "CONVERT_HELP"),
    ("clip", "frames"): Command("inference.cli.clip", "add_frames_arguments", "run_frames", "FRAMES_HELP"),
    ("sheet", "pack"): Command("inference.cli.sheet", "add_pack_arguments", "run_pack", "PACK_HELP"),
    ("sheet", "unpack"): Command("inference.cli.sheet", "add_unpack_arguments", "run_unpack", "UNPACK_HELP"),
    ("doctor",): Command("inference.cli.doctor"),
    ("self-test",): Command("desktop_app.self_test"),
    ("demo",): Command("inference.cli.demo"),
}
GROUPS = {
    "clip": "look at clips, convert them, take their frames out",
    "sheet": "pack and unpack sprite sheets",
    "models": "list, inspect, check and export models",
    "styles": "list, show, pass on, take in and delete styles",
    "train": "make datasets, and train models and styles on them",
}


def build_parser(program: str | None = None) -> argparse.ArgumentParser:
    """The whole command line. Command modules are light; what is heavy they import when they run.

    Args:
        program: what it is called as; None finds it.
    """
    parser = Parser(
        prog=program or ("gouache" if getattr(sys, "frozen", False) else "main.py"),
        description="Gouache, an offline generative studio. Without a command it opens the studio.",
        epilog="Paths of results go to stdout, progress to stderr. Exit status: 0 done, 2 bad input, 1 failed.",
    )
    parser.add_argument("--version", action="version", version=f"Gouache {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    groups = {}
    for path, command in COMMANDS.items():
        if len(path) == 2 and path[0] not in groups:
            group = commands.add_parser(path[0], help=GROUPS[path[0]])
            groups[path[0]] = group.add_subparsers(
                title="commands", metavar="COMMAND", required=True, parser_class=Parser
            )
        module = importlib.import_module(command.module)
        parent = groups[path[0]] if len(path) == 2 else commands
        words = getattr(module, command.words)
        child = parent.add_parser(path[-1], help=words, description=words[0].upper() + words[1:] + ".")
        getattr(module, command.add)(child)
        child.set_defaults(run=getattr(module, command.run), make_engine=make_engine)
    return parser


def make_engine(device: str, threads: int | None) -> LocalEngine:
    """The engine of a window; called in its inference thread, so that the window is up before a runtime is imported.

    Args:
        threads: cores for the CPU; None for as many as leave the window fluid.
    """
    from inference.engine import LocalEngine
    from inference.runtime import threads_beside_a_window

    return LocalEngine(device=device, threads=threads or threads_beside_a_window())


def main_job() -> list[str]:
    """The studio; where no window can be shown, the same job without one."""
    reason = missing_display()
    if reason is None:
        return ["studio"]
    print(f"gouache: {reason} Doing the main job without a window instead.", file=sys.stderr)
    return ["demo"]


def main(arguments: list[str] | None = None) -> int:
    """Run a command and turn what went wrong into one line and an exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--self-test"]:  # as one asks an installed program
        given = ["self-test", *given[1:]]
    try:
        args = build_parser().parse_args(given or main_job())
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except Cancelled:
        print("gouache: stopped; finished pictures are kept.", file=sys.stderr)
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        print("gouache: There is not enough memory for this. Try a smaller picture or selection.", file=sys.stderr)
        return 1
    except OSError as error:
        # Whoever read our output is gone, or what it goes to is full: say so, and let the exit not try again.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        if not isinstance(error, BrokenPipeError):
            print(f"gouache: {error.strerror or error}.", file=sys.stderr)
        return 1
    except GouacheError as error:
        print(f"gouache: {error}", file=sys.stderr)
        if error.detail and error.exit_status == 1:
            print(error.detail, file=sys.stderr)
        return error.exit_status


if __name__ == "__main__":
    multiprocessing.freeze_support()  # a packaged program's worker processes are the program itself
    sys.exit(main())
