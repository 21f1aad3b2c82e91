"""Reads what the harness wrote and ends with 1 where a score is below its floor in floors.json.

usage: floors.py FOLDER     with fields.json, columns.json and filters.json in it
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
total = fields['total']
for level in ('name', 'show', 'exact'):
    scores[f'fields {level}'] = percent(total[level], total['expected'])
columns = read('columns.json')
for column, equal in columns['columns_equal'].items():
    scores[f'column {column}'] = percent(equal, columns['packets'])

below = 0
for name, floor in floors.items():
    score = scores[name]
    low = score < floor
    below += low
    print(f'{name:20} {score:7.2f} %   floor {floor:6.2f} %{"   BELOW" if low else ""}')
crashed = [f for f in fields['per_file'] if f['problem']]
for f in crashed[:10]:
    print('ended badly:', f['file'], f['problem'])
sys.exit(1 if below or crashed else 0)
