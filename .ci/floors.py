"""Reads what the harness wrote and ends with 1 where a score is below its floor in floors.json.

usage: floors.py FOLDER     with what .ci/compare lets the harness write
"""
import json
import os
import sys

folder = sys.argv[1]
floors = json.load(open(os.path.join(os.path.dirname(__file__), 'floors.json')))


def read(name):
    return json.load(open(os.path.join(folder, name)))


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


scores = {}
fields = read('fields.json')
for name, total in (('fields', fields['total']), ('two passes', read('second.json')['total'])):
    for level in ('name', 'show', 'exact'):
        scores[f'{name}, {level}'] = percent(total[level], total['expected'])
for level in ('name', 'show', 'exact'):
    scores[f'distinct fields, {level}'] = 100.0 * fields['total'][f'macro_{level}']
expected, _, show = read('frame.json')['field_scores']['frame/frame.protocols'][:3]
scores['frame.protocols'] = percent(show, expected)
columns = read('columns.json')
for column, equal in columns['columns_equal'].items():
    scores[f'column {column}'] = percent(equal, columns['packets'])
tree = read('tree.json')['total']
scores['tree, lines'] = percent(tree['lines_there'], tree['lines'])
scores['tree, titles'] = percent(tree['title'], tree['layers'])
for form in ('json', 'jsonraw', 'ek'):
    total = read(f'{form}.json')['total']
    scores[form] = percent(total['there'], total['pairs'])
filters = read('filters.json')
scores['filters'] = percent(filters['agree'], filters['filters'])

below = 0
for name, floor in floors.items():
    score = scores[name]
    low = score < floor
    below += low
    print(f'{name:24} {score:7.2f} %   floor {floor:6.2f} %{"   BELOW" if low else ""}')
crashed = [f for f in fields['per_file'] if f['problem']]
for f in crashed[:10]:
    print('ended badly:', f['file'], f['problem'])
sys.exit(1 if below or crashed else 0)
