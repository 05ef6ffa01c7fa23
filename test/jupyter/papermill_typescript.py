"""papermill with parameters for TypeScript, which papermill itself has no translator for: python papermill_typescript.py IN OUT -p NAME VALUE"""
import json

from papermill.cli import papermill
from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    translate = staticmethod(json.dumps)

    @classmethod
    def comment(cls, text):
        return f"// {text}"

    @classmethod
    def assign(cls, name, value):
        return f"const {name} = {value};"


papermill_translators.register("typescript", TypeScriptTranslator)
papermill()
